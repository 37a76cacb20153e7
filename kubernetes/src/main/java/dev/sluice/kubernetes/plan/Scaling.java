package dev.sluice.kubernetes.plan;

import dev.sluice.kubernetes.Selectors;
import dev.sluice.kubernetes.Watched;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Autoscalers and disruption budgets over the pods of both versions. */
final class Scaling {
  private Scaling() {}

  static List<Obstacle> autoscalers(Need need, List<HorizontalPodAutoscaler> all) {
    List<HorizontalPodAutoscaler> own = all.stream().filter(a -> scales(a, need)).toList();
    List<Obstacle> found = new ArrayList<>();
    if (own.size() > 1) {
      found.add(
          Obstacle.blocking(
              "%d HorizontalPodAutoscalers (%s) scale the Deployment, and neither works while both do. Delete all but one.",
              own.size(),
              String.join(", ", own.stream().map(a -> a.getMetadata().getName()).toList())));
    }
    for (HorizontalPodAutoscaler autoscaler : own) {
      String name = autoscaler.getMetadata().getName();
      int most = autoscaler.getSpec().getMaxReplicas();
      if (need.replicas() >= most) {
        found.add(
            Obstacle.blocking(
                "The HorizontalPodAutoscaler %s is at its maximum of %d pods: if more is asked of stable while a release runs, it cannot grow. Raise maxReplicas, or wait for a quieter hour.",
                name, most));
      } else {
        found.add(
            Obstacle.toKnow(
                "The HorizontalPodAutoscaler %s may grow the Deployment to %d; the release then needs up to %d pods.",
                name, most, 2 * most));
      }
      if (Optional.ofNullable(autoscaler.getSpec().getMetrics()).orElse(List.of()).stream()
          .anyMatch(Scaling::multiplies)) {
        found.add(
            Obstacle.toKnow(
                "The HorizontalPodAutoscaler %s scales by a total (a metric of type Value), which it divides by nobody: with the candidate's pods it asks for more than it needs, up to maxReplicas. Use AverageValue if it can be.",
                name));
      }
    }
    return found;
  }

  private static boolean scales(HorizontalPodAutoscaler autoscaler, Need need) {
    var ref = autoscaler.getSpec().getScaleTargetRef();
    return "Deployment".equals(ref.getKind())
        && need.deployment().getMetadata().getName().equals(ref.getName());
  }

  /** External and object metrics with a total as target. */
  private static boolean multiplies(MetricSpec metric) {
    return (metric.getExternal() != null
            && "Value".equals(metric.getExternal().getTarget().getType()))
        || (metric.getObject() != null && "Value".equals(metric.getObject().getTarget().getType()));
  }

  /** Budgets that select these pods, but for the one of a candidate. */
  static List<PodDisruptionBudget> over(
      Map<String, String> pods, Workload workload, Watched<PodDisruptionBudget> all) {
    return all.in(workload.namespace()).stream()
        .filter(b -> b.getSpec().getSelector() != null)
        .filter(b -> Selectors.selects(Selectors.unpinned(b.getSpec().getSelector()), pods))
        .filter(b -> !b.getMetadata().getName().equals(workload.candidate()))
        .toList();
  }

  /**
   * @param own those over the pods
   */
  static List<Obstacle> budgets(Need need, List<PodDisruptionBudget> own) {
    List<Obstacle> found = new ArrayList<>();
    if (own.size() > 1) {
      found.add(
          Obstacle.blocking(
              "%d PodDisruptionBudgets (%s) select the pods: Kubernetes evicts none that has two, so no node can be drained, in a release or not. Delete all but one.",
              own.size(),
              String.join(", ", own.stream().map(b -> b.getMetadata().getName()).toList())));
    }
    for (PodDisruptionBudget budget : own) {
      if (allowsNone(budget, need.replicas())) {
        found.add(
            Obstacle.toKnow(
                "The PodDisruptionBudget %s lets no pod be evicted; nodes cannot be drained while a release runs, as at other times.",
                budget.getMetadata().getName()));
      }
    }
    return found;
  }

  private static boolean allowsNone(PodDisruptionBudget budget, int replicas) {
    IntOrString away = budget.getSpec().getMaxUnavailable();
    IntOrString stay = budget.getSpec().getMinAvailable();
    return (away != null && ("0".equals(text(away)) || "0%".equals(text(away))))
        || (stay != null
            && ("100%".equals(text(stay))
                || (stay.getIntVal() != null && stay.getIntVal() >= replicas)));
  }

  private static String text(IntOrString value) {
    return value.getStrVal() != null ? value.getStrVal() : String.valueOf(value.getIntVal());
  }
}
