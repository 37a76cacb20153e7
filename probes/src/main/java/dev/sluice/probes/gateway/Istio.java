package dev.sluice.probes.gateway;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Istio's gateway, waypoint or sidecar of a caller. What the pods' own sidecars count is left out:
 * they count the same requests again, and none that did not arrive.
 */
final class Istio implements Dialect {
  private static final String REQUESTS = "istio_requests_total";

  @Override
  public Set<String> names() {
    return Set.of(REQUESTS);
  }

  @Override
  public Optional<Counted> read(String name, Map<String, String> labels, Set<Backend> asked) {
    Backend backend =
        new Backend(
            labels.getOrDefault("destination_service_namespace", ""),
            labels.getOrDefault("destination_service_name", ""));
    return name.equals(REQUESTS)
            && asked.contains(backend)
            && !labels.getOrDefault("reporter", "").equals("destination")
        ? Optional.of(new Counted(backend, Kind.ofStatus(labels.getOrDefault("response_code", ""))))
        : Optional.empty();
  }
}
