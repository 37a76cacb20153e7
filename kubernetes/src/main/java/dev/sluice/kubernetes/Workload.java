package dev.sluice.kubernetes;

import dev.sluice.api.PolicySpec;
import dev.sluice.api.PolicySpec.RouteRef;
import dev.sluice.api.ReleasePolicy;
import java.util.List;
import java.util.Optional;

/**
 * What one policy is about, by name.
 *
 * @param policy the ReleasePolicy's own name
 * @param deployment the Deployment's
 * @param services every Service that selects its pods; the first is the one that routes name
 * @param route what splits between the first Service and the candidate's; empty: nothing does
 * @param preview the Service that shows the candidate before a flip
 * @param label by which its objects are known as adopted
 */
public record Workload(
    String namespace,
    String policy,
    String deployment,
    List<String> services,
    Optional<PolicySpec.Route> route,
    Optional<String> preview,
    String label) {
  public Workload {
    services = List.copyOf(services);
  }

  public static Workload of(ReleasePolicy policy) {
    PolicySpec spec = policy.spec();
    return new Workload(
        policy.metadata().namespace().orElse("default"),
        policy.metadata().name(),
        spec.workloadRef().name(),
        spec.services(),
        spec.route(),
        spec.strategy().blueGreen().flatMap(PolicySpec.BlueGreen::previewService),
        Marks.POLICY);
  }

  /** The same for a run without an operator: none that there is takes these objects for its own. */
  public Workload ofRun() {
    return new Workload(namespace, policy, deployment, services, route, preview, Marks.RUN);
  }

  public List<RouteRef> httpRoutes() {
    return gateway().map(PolicySpec.Gateway::httpRoutes).orElse(List.of());
  }

  public List<RouteRef> grpcRoutes() {
    return gateway().map(PolicySpec.Gateway::grpcRoutes).orElse(List.of());
  }

  private Optional<PolicySpec.Gateway> gateway() {
    return route.flatMap(PolicySpec.Route::gateway);
  }

  /** Names of the Ingresses that lead to the first Service. */
  public List<String> ingresses() {
    return route.flatMap(PolicySpec.Route::ingressNginx).stream()
        .flatMap(nginx -> nginx.ingresses().stream())
        .map(PolicySpec.IngressRef::name)
        .toList();
  }

  /** Whether a route is in the policy's own namespace: no other is touched. */
  public boolean isHere(RouteRef route) {
    return route.namespace().orElse(namespace).equals(namespace);
  }

  /** The Service that a route names as its backend. */
  public String root() {
    return services.getFirst();
  }

  /** The candidate's own Service. */
  public String candidate() {
    return deployment + "-candidate";
  }

  /** What a refused or held release is called after: one that a person can look for. */
  @Override
  public String toString() {
    return namespace + "/" + policy;
  }
}
