package dev.sluice.sim.cluster;

import dev.sluice.sim.api.ApiError;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Key;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Optional;

/**
 * Evictions as a drain asks for them: {@code pkg/registry/core/pod/storage/eviction.go}. A pod that
 * two budgets select is never evicted. What a budget allows is counted from the pods as they are,
 * where the real controller is a moment behind and errs to the safe side.
 */
public final class Disruption {
  private final ApiServer server;

  public Disruption(ApiServer server) {
    this.server = server;
  }

  /**
   * @return empty: it goes; else why it may not
   */
  public Optional<String> evict(Pod pod) {
    List<PodDisruptionBudget> budgets =
        server.list(PodDisruptionBudget.class).stream()
            .filter(b -> Labels.selects(b.getSpec().getSelector(), pod))
            .toList();
    if (budgets.size() > 1) {
      return Optional.of(
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does not"
              + " support.");
    }
    if (budgets.size() == 1 && Kubelet.ready(pod) && allowed(budgets.getFirst()) <= 0) {
      return Optional.of("Cannot evict pod as it would violate the pod's disruption budget.");
    }
    try {
      server.delete(Caller.user("drain"), Key.of(pod), Optional.empty());
      return Optional.empty();
    } catch (ApiError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private int allowed(PodDisruptionBudget budget) {
    List<Pod> pods =
        server.list(Pod.class).stream()
            .filter(p -> Labels.selects(budget.getSpec().getSelector(), p))
            .filter(Kubelet::active)
            .toList();
    int healthy = (int) pods.stream().filter(Kubelet::ready).count();
    IntOrString least = budget.getSpec().getMinAvailable();
    IntOrString most = budget.getSpec().getMaxUnavailable();
    int stay =
        least != null
            ? number(least, pods.size())
            : pods.size() - (most == null ? 0 : number(most, pods.size()));
    return healthy - stay;
  }

  private static int number(IntOrString said, int all) {
    return said.getIntVal() != null
        ? said.getIntVal()
        : Math.ceilDiv(Integer.parseInt(said.getStrVal().replace("%", "")) * all, 100);
  }
}
