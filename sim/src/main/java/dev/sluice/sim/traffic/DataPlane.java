package dev.sluice.sim.traffic;

import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.WatchCache;
import dev.sluice.sim.cluster.Kubelet;
import dev.sluice.sim.cluster.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gateway, or the proxy of a Service's address: where it sends requests follows from what it has
 * heard of so far. It lags, of routes, Services and pods each by itself.
 */
public final class DataPlane {
  private final String namespace;
  private final Optional<String> route;
  private final String service;
  private final WatchCache<HTTPRoute> routes;
  private final WatchCache<Service> services;
  private final WatchCache<Pod> pods;

  /**
   * Pods behind one Service, and its share of all requests.
   *
   * @param share 0..1
   */
  public record Backend(String service, double share, List<Pod> pods) {}

  /**
   * @param route that divides; empty: the Service gets all
   */
  public DataPlane(ApiServer server, String namespace, Optional<String> route, String service) {
    this.namespace = namespace;
    this.route = route;
    this.service = service;
    this.routes = new WatchCache<>(server, "HTTPRoute");
    this.services = new WatchCache<>(server, "Service");
    this.pods = new WatchCache<>(server, "Pod");
    caches().forEach(WatchCache::relist);
  }

  private List<WatchCache<?>> caches() {
    return List.of(routes, services, pods);
  }

  /** Those that may hear of something now. */
  public List<WatchCache<?>> behind() {
    return caches().stream().filter(WatchCache::behind).toList();
  }

  /** Whom it sends to at this moment. */
  public List<Backend> backends() {
    if (route.isEmpty()) {
      return List.of(new Backend(service, 1, endpoints(service)));
    }
    Map<String, Double> weights = new HashMap<>();
    routes
        .get(namespace + "/" + route.get())
        .ifPresent(
            r -> {
              // Copies for the whitelisted stand before; nobody here carries their header.
              List<HTTPBackendRef> last = r.getSpec().getRules().getLast().getBackendRefs();
              last.forEach(
                  b ->
                      weights.merge(
                          b.getName(), b.getWeight() == null ? 1.0 : b.getWeight(), Double::sum));
            });
    double all = weights.values().stream().mapToDouble(w -> w).sum();
    List<Backend> backends = new ArrayList<>();
    weights.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(e -> e.getValue() > 0)
        .forEach(
            e -> backends.add(new Backend(e.getKey(), e.getValue() / all, endpoints(e.getKey()))));
    return backends;
  }

  private List<Pod> endpoints(String name) {
    Optional<Map<String, String>> selector =
        services.get(namespace + "/" + name).map(s -> s.getSpec().getSelector());
    if (selector.isEmpty()) {
      return List.of();
    }
    return pods.in(namespace).stream()
        .filter(p -> p.getMetadata().getDeletionTimestamp() == null && Kubelet.ready(p))
        .filter(p -> Labels.selects(selector.get(), p))
        .toList();
  }
}
