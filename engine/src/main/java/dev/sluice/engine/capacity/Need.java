package dev.sluice.engine.capacity;

import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.world.Traffic;

/**
 * Pods that a share of the traffic needs: instances follow weight, weight never follows instances.
 */
public final class Need {
  private Need() {}

  /**
   * The greater of the share of stable's size and of what the load asks for at the target
   * utilisation.
   *
   * @param share of the traffic that the pods are to carry
   * @param replicas the Deployment's size: what carries all of it today
   * @return pods; at least 1 for any share, 0 for none
   */
  public static int pods(Share share, int replicas, Traffic traffic, Capacity capacity) {
    if (share.isNone()) {
      return 0;
    }
    int byShare = Math.ceilDiv(share.perMille() * replicas, 1000);
    return Math.max(1, Math.max(byShare, byLoad(share, traffic, capacity)));
  }

  /**
   * The share of all traffic that stable's ready pods can carry now, rounded down, so that a way
   * back never overloads them. All of stable's pods can carry all of it: they did before the
   * release.
   */
  public static Share carriedBy(int ready, int replicas, Traffic traffic, Capacity capacity) {
    int byLoad = byLoad(Share.ALL, traffic, capacity);
    int all = byLoad == 0 ? replicas : Math.min(replicas, byLoad);
    return ready >= all ? Share.ALL : new Share(1000 * ready / all);
  }

  /**
   * Load of the hottest pod: its part of the share, and what one hot user adds on top.
   *
   * @param total requests/s of all tracks
   * @return requests/s
   */
  public static double perPod(Share share, int ready, double total, Capacity capacity) {
    double hot = capacity.hotKeyShare() * total;
    return (total - hot) * share.fraction() / Math.max(1, ready) + hot;
  }

  private static int byLoad(Share share, Traffic traffic, Capacity capacity) {
    if (capacity.requestsPerSecond().isEmpty() || traffic.toCarry().isEmpty()) {
      return 0;
    }
    double usable = capacity.requestsPerSecond().getAsDouble() * capacity.targetUtilisation();
    return (int) Math.ceil(traffic.toCarry().getAsDouble() * share.fraction() / usable - 1e-9);
  }
}
