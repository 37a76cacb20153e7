package dev.sluice.probes.gateway;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Traefik, which names a backend NAMESPACE-SERVICE-PORT@PROVIDER for an Ingress, an IngressRoute
 * and an HTTPRoute (there in some versions NAMESPACE-SERVICE-http-PORT), weighted ones included.
 */
final class Traefik implements Dialect {
  private static final String REQUESTS = "traefik_service_requests_total";

  @Override
  public Set<String> names() {
    return Set.of(REQUESTS);
  }

  @Override
  public Optional<Counted> read(String name, Map<String, String> labels, Set<Backend> asked) {
    String service = labels.getOrDefault("service", "");
    int at = service.indexOf('@');
    return name.equals(REQUESTS)
        ? Joined.backend(at < 0 ? service : service.substring(0, at), asked)
            .map(b -> new Counted(b, Kind.ofStatus(labels.getOrDefault("code", ""))))
        : Optional.empty();
  }
}
