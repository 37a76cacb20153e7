package dev.sluice.probes.gateway;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * ingress-nginx. A request that went to the canary carries the main Ingress's labels all the same,
 * and its own backend as NAMESPACE-SERVICE-PORT in {@code canary}; the label is empty otherwise.
 */
final class IngressNginx implements Dialect {
  private static final String REQUESTS = "nginx_ingress_controller_requests";

  @Override
  public Set<String> names() {
    return Set.of(REQUESTS);
  }

  @Override
  public Optional<Counted> read(String name, Map<String, String> labels, Set<Backend> asked) {
    if (!name.equals(REQUESTS)) {
      return Optional.empty();
    }
    String canary = labels.getOrDefault("canary", "");
    Backend main =
        new Backend(labels.getOrDefault("namespace", ""), labels.getOrDefault("service", ""));
    return (canary.isEmpty() || canary.equals("-")
            ? Optional.of(main).filter(asked::contains)
            : Joined.backend(canary, asked))
        .map(b -> new Counted(b, Kind.ofStatus(labels.getOrDefault("status", ""))));
  }
}
