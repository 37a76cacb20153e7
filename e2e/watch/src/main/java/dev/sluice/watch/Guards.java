package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sluice's admission policies and their bindings: whether each is as it was when it was first seen.
 * Whoever is not told of any takes them to be there.
 */
final class Guards {
  private final Map<String, JsonNode> first = new TreeMap<>();
  private final Set<String> away = new HashSet<>();
  private Instant backAt = Instant.MIN;

  void saw(Version version) {
    boolean ours =
        version.kind().matches("(Mutating|Validating)AdmissionPolicy(Binding)?")
            && version.name().startsWith("sluice-");
    if (!ours) {
      return;
    }
    String what = version.kind() + " " + version.name();
    JsonNode spec = version.object().path("spec");
    first.putIfAbsent(what, spec);
    if (version.deleted() || !first.get(what).equals(spec)) {
      away.add(what);
    } else if (away.remove(what)) {
      backAt = version.at();
    }
  }

  /** An API server takes its time until it acts by them again. */
  boolean awayLately(Duration since, Instant now) {
    return !away.isEmpty() || now.isBefore(backAt.plus(since));
  }
}
