package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import java.util.List;
import java.util.Optional;

/** Disruption budgets over the released pods. A user's is pinned with the Services. */
public final class Budgets {
  private static final String PREFIX = "pdb/";

  private Budgets() {}

  /** Those that carry the policy's label and are not our own. */
  static List<PodDisruptionBudget> of(Cluster cluster, Workload workload) {
    return cluster.budgets().in(workload.namespace()).stream()
        .filter(b -> Marks.label(b, workload.label()).filter(workload.policy()::equals).isPresent())
        .filter(b -> !b.getMetadata().getName().equals(workload.candidate()))
        .toList();
  }

  /**
   * The user's budget, for the pods of the set that it is not pinned to.
   *
   * @param size of that set
   */
  static PodDisruptionBudget beside(
      PodDisruptionBudget user, Workload workload, String hash, Deployment deployment, int size) {
    int full = deployment.getSpec().getReplicas() == null ? 1 : deployment.getSpec().getReplicas();
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
                .withMaxUnavailable(null)
                .withMinAvailable(new IntOrString(stay(user.getSpec(), full, size)))
                .withSelector(
                    user.getSpec().getSelector().edit().addToMatchLabels(Marks.HASH, hash).build())
                .build())
        .build();
  }

  /**
   * How many of {@code size} pods must stay, where the user said it of {@code full}: as large a
   * part may go, one at least if one may go of all, but never the last, which has traffic. Shares
   * are rounded up, as Kubernetes does.
   */
  static int stay(PodDisruptionBudgetSpec user, int full, int size) {
    int go =
        user.getMinAvailable() != null
            ? full - pods(user.getMinAvailable(), full)
            : user.getMaxUnavailable() != null ? pods(user.getMaxUnavailable(), full) : 0;
    if (go <= 0 || full <= 0) {
      return size;
    }
    int part = (int) Math.max(1, (long) Math.min(go, full) * size / full);
    return Math.max(Math.min(size, 1), size - part);
  }

  private static int pods(IntOrString said, int full) {
    String share = said.getStrVal();
    return share == null || !share.matches("\\d{1,3}%")
        ? Optional.ofNullable(said.getIntVal()).orElse(0)
        : Math.ceilDiv(Integer.parseInt(share.substring(0, share.length() - 1)) * full, 100);
  }

  /** The name under which it is an entry point. */
  public static String entryPoint(PodDisruptionBudget budget) {
    return PREFIX + budget.getMetadata().getName();
  }

  /** The budget that an entry point of that name is; empty where it is a Service. */
  public static Optional<String> named(String entryPoint) {
    return entryPoint.startsWith(PREFIX)
        ? Optional.of(entryPoint.substring(PREFIX.length()))
        : Optional.empty();
  }
}
