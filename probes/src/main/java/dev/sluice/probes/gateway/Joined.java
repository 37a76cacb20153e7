package dev.sluice.probes.gateway;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A name that a gateway joined from NAMESPACE-SERVICE-PORT. The hyphens may be part of each, so
 * that it can only be held against the Services that are asked for, the longest first; a port is a
 * number or a name without a hyphen.
 */
final class Joined {
  private static final Pattern PORT = Pattern.compile("(http-)?[a-z0-9]+");

  private Joined() {}

  static Optional<Backend> backend(String name, Set<Backend> asked) {
    return asked.stream()
        .filter(backend -> is(name, backend))
        .max(Comparator.comparingInt(backend -> backend.service().length()));
  }

  private static boolean is(String name, Backend backend) {
    String start = backend.namespace() + "-" + backend.service() + "-";
    return name.startsWith(start) && PORT.matcher(name.substring(start.length())).matches();
  }
}
