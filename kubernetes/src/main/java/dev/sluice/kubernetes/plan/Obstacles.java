package dev.sluice.kubernetes.plan;

import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;

/** All that stands in the way of a release. */
public final class Obstacles {
  private Obstacles() {}

  /**
   * What blocks first.
   *
   * @param cluster as it was at one moment
   */
  public static List<Obstacle> of(
      Need need, Cluster cluster, Around around, List<String> refusals, Unseen unseen) {
    Workload workload = need.workload();
    List<Obstacle> all = new ArrayList<>();
    refusals.forEach(sentence -> all.add(new Obstacle(true, sentence)));
    List<PodDisruptionBudget> budgets = Scaling.over(need.labels(), workload, cluster.budgets());
    all.addAll(Belonging.of(workload, Around.named(cluster, workload)));
    all.addAll(Belonging.of(workload, budgets));
    all.addAll(Quotas.of(need, around.quotas(), around.ranges()));
    if (around.nodes().isPresent() && around.pods().isPresent()) {
      all.addAll(Nodes.of(need, around.nodes().get(), around.pods().get()));
    } else {
      unseen.add("Whether the nodes have room for both versions is not known.");
    }
    all.addAll(Scaling.autoscalers(need, around.autoscalers()));
    all.addAll(Scaling.budgets(need, budgets));
    all.addAll(
        Attachments.of(workload, around.attached(), cluster.services().in(workload.namespace())));
    List<Obstacle> sorted = new ArrayList<>(all.stream().filter(Obstacle::blocks).toList());
    all.stream().filter(o -> !o.blocks()).forEach(sorted::add);
    return sorted;
  }
}
