package dev.sluice.kubernetes;

import dev.sluice.api.PolicySpec;
import dev.sluice.api.ReleasePolicy;
import java.util.List;
import java.util.Optional;

/**
 * What one policy is about, by name.
 *
 * @param policy the ReleasePolicy's own name
 * @param deployment the Deployment's
 * @param services every Service that selects its pods; the first is the one that routes name
 * @param httpRoutes that split between the first Service and the candidate's
 * @param preview the Service that shows the candidate before a flip
 * @param label by which its objects are known as adopted
 */
public record Workload(
    String namespace,
    String policy,
    String deployment,
    List<String> services,
    List<String> httpRoutes,
    Optional<String> preview,
    String label) {
  public Workload {
    services = List.copyOf(services);
    httpRoutes = List.copyOf(httpRoutes);
  }

  public static Workload of(ReleasePolicy policy) {
    PolicySpec spec = policy.spec();
    return new Workload(
        policy.metadata().namespace().orElse("default"),
        policy.metadata().name(),
        spec.workloadRef().name(),
        spec.services(),
        spec.route().flatMap(PolicySpec.Route::gateway).stream()
            .flatMap(g -> g.httpRoutes().stream())
            .map(PolicySpec.RouteRef::name)
            .toList(),
        spec.strategy().blueGreen().flatMap(PolicySpec.BlueGreen::previewService),
        Marks.POLICY);
  }

  /** The same for a run without an operator: none that there is takes these objects for its own. */
  public Workload ofRun() {
    return new Workload(namespace, policy, deployment, services, httpRoutes, preview, Marks.RUN);
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
