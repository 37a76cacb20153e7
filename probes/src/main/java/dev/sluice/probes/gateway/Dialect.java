package dev.sluice.probes.gateway;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How one kind of gateway names what it counts of a backend. */
interface Dialect {
  List<Dialect> ALL = List.of(new Envoy(), new Istio(), new Traefik(), new IngressNginx());

  /** Names of its series. */
  Set<String> names();

  /**
   * @param asked backends to choose from
   * @return empty: the series is of none of them, or of something else
   */
  Optional<Counted> read(String name, Map<String, String> labels, Set<Backend> asked);

  /** What a series counts, and whose. */
  record Counted(Backend backend, Kind kind) {}
}
