package dev.sluice.watch;

import java.util.List;
import java.util.Optional;

/**
 * What is watched: one policy and what it releases.
 *
 * @param policy its name
 * @param deployment its name
 * @param services that the policy pins, by name
 * @param route that divides the traffic; empty: there is none
 * @param preview the Service that shows the candidate to its developers; empty: there is none
 */
public record Shop(
    String namespace,
    String policy,
    String deployment,
    List<String> services,
    Optional<Route> route,
    Optional<String> preview) {
  public Shop {
    services = List.copyOf(services);
  }

  /**
   * An object that divides traffic.
   *
   * @param kind {@code HTTPRoute}, {@code GRPCRoute} or {@code Ingress}
   */
  public record Route(String kind, String name) {}
}
