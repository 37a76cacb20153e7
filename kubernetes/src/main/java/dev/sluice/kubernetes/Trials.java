package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.PolicySpec.RouteRef;
import dev.sluice.kubernetes.admission.Guard;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether the API server acts by Sluice's admission policies: each is tried once after it came or
 * changed, by a write to an object of this workload that is not kept. What a write asks for is
 * changed by the policy, and by nothing else: whatever the object looks like, it is seen.
 *
 * <p>Only those that hold are tried. All are taken up by the API server in the same way, at the
 * same time.
 */
public final class Trials {
  private static final String PROOF = "sluiceproof";
  private static final PatchContext UNKEPT =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager(Marks.FIELD_MANAGER)
          .build();
  private static final String HELD =
      """
      {"metadata":{"labels":{"sluice.dev/policy":"POLICY","sluice.dev/held":"true"}},"spec":{"paused":false}}""";
  private static final String PINNED =
      """
      {"metadata":{"labels":{"sluice.dev/policy":"POLICY"},"annotations":{"sluice.dev/pin":"sluiceproof"}},"spec":{"selector":{"pod-template-hash":null}}}""";
  private static final String BUDGET_PINNED =
      """
      {"metadata":{"labels":{"sluice.dev/policy":"POLICY"},"annotations":{"sluice.dev/pin":"sluiceproof"}},"spec":{"selector":{"matchLabels":{"pod-template-hash":null}}}}""";
  private static final String SPLIT =
      """
      {"metadata":{"labels":{"sluice.dev/policy":"POLICY"},"annotations":{"sluice.dev/split":"ROOT CANDIDATE 300 1000 1","sluice.dev/release":"sluiceproof","sluice.dev/match":null,"sluice.dev/mirror":null}},"spec":{"rules":[{"backendRefs":[{"name":"ROOT","port":80}]}]}}""";

  private final Cluster cluster;
  private final Workload workload;
  private final Guard guard;

  public Trials(Cluster cluster, Workload workload, Guard guard) {
    this.cluster = cluster;
    this.workload = workload;
    this.guard = guard;
  }

  /**
   * Tries what was not seen to act since it changed.
   *
   * @return a sentence about the first that does not; empty: all do that this workload needs
   */
  public Optional<String> failing() {
    int since = guard.changes();
    String namespace = workload.namespace();
    return tried(
            "sluice-hold",
            since,
            cluster.deployments().get(namespace, workload.deployment()),
            named(HELD),
            d -> Boolean.TRUE.equals(d.getSpec().getPaused()))
        .or(
            () ->
                tried(
                    "sluice-pin",
                    since,
                    cluster.services().get(namespace, workload.root()).filter(Trials::selects),
                    named(PINNED),
                    s -> PROOF.equals(s.getSpec().getSelector().get(Marks.HASH))))
        .or(
            () ->
                tried(
                    "sluice-pin-budget",
                    since,
                    Budgets.of(cluster, workload).stream().filter(Trials::selects).findFirst(),
                    named(BUDGET_PINNED),
                    b -> PROOF.equals(b.getSpec().getSelector().getMatchLabels().get(Marks.HASH))))
        .or(() -> split(since, cluster.httpRoutes(), workload.httpRoutes()))
        .or(() -> split(since, cluster.grpcRoutes(), workload.grpcRoutes()));
  }

  private <T extends HasMetadata> Optional<String> split(
      int since, Optional<Watched<T>> all, List<RouteRef> named) {
    return tried(
        "sluice-split",
        since,
        named.stream()
            .filter(workload::isHere)
            .flatMap(r -> all.stream().flatMap(a -> a.get(workload.namespace(), r.name()).stream()))
            .findFirst(),
        named(SPLIT),
        r -> weight(r) == 300);
  }

  private String named(String patch) {
    return patch
        .replace("POLICY", workload.policy())
        .replace("ROOT", workload.root())
        .replace("CANDIDATE", workload.candidate());
  }

  /** Of the candidate. */
  private int weight(HasMetadata route) {
    return cluster
        .client()
        .getKubernetesSerialization()
        .convertValue(route, ObjectNode.class)
        .at("/spec/rules/0/backendRefs/1/weight")
        .asInt();
  }

  private <T extends HasMetadata> Optional<String> tried(
      String policy, int since, Optional<T> object, String patch, Predicate<T> acted) {
    if (object.isEmpty() || guard.acts(policy)) {
      return Optional.empty();
    }
    try {
      T answer = cluster.client().resource(object.get()).dryRun().patch(UNKEPT, patch);
      if (acted.test(answer)) {
        guard.acted(policy, since);
        return Optional.empty();
      }
      return Optional.of("this API server does not act by %s yet".formatted(policy));
    } catch (KubernetesClientException e) {
      return Optional.of(
          "whether this API server acts by %s was not answered: %s"
              .formatted(policy, ApiFailure.said(e)));
    }
  }

  private static boolean selects(Service service) {
    return service.getSpec().getSelector() != null && !service.getSpec().getSelector().isEmpty();
  }

  private static boolean selects(PodDisruptionBudget budget) {
    return budget.getSpec().getSelector() != null
        && budget.getSpec().getSelector().getMatchLabels() != null;
  }
}
