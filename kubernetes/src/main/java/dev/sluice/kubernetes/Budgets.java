package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Optional;

/**
 * Disruption budgets over the released pods. A user's is pinned with the Services; two over one pod
 * would block its eviction, so the candidate gets a copy only while it has none of its own.
 */
final class Budgets {
  private static final String PREFIX = "pdb/";

  private Budgets() {}

  /** Those that carry the policy's label and are not our own. */
  static List<PodDisruptionBudget> of(Cluster cluster, Workload workload) {
    return cluster.budgets().in(workload.namespace()).stream()
        .filter(b -> Marks.label(b, workload.label()).filter(workload.policy()::equals).isPresent())
        .filter(b -> !b.getMetadata().getName().equals(workload.candidate()))
        .toList();
  }

  /** The user's budget for the candidate's pods, which the user's own does not count meanwhile. */
  static PodDisruptionBudget copy(
      PodDisruptionBudget user, Workload workload, String hash, Deployment deployment) {
    return new PodDisruptionBudgetBuilder()
        .withNewMetadata()
        .withName(workload.candidate())
        .withNamespace(workload.namespace())
        .addToLabels(Marks.TRACK, "candidate")
        .withOwnerReferences(Sets.owner(deployment))
        .endMetadata()
        .withSpec(
            user.getSpec()
                .edit()
                .withSelector(
                    user.getSpec().getSelector().edit().addToMatchLabels(Marks.HASH, hash).build())
                .build())
        .build();
  }

  /** The name under which it is an entry point. */
  static String entryPoint(PodDisruptionBudget budget) {
    return PREFIX + budget.getMetadata().getName();
  }

  /** The budget that an entry point of that name is; empty where it is a Service. */
  static Optional<String> named(String entryPoint) {
    return entryPoint.startsWith(PREFIX)
        ? Optional.of(entryPoint.substring(PREFIX.length()))
        : Optional.empty();
  }
}
