package dev.sluice.sim.cluster;

import dev.sluice.sim.api.ApiError;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Key;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * A HorizontalPodAutoscaler by load per pod: {@code replica_calculator.go} and {@code
 * horizontal.go}. Its selector is the Deployment's, so it sees the pods of both versions: what it
 * asks for follows from their whole load. Shrinks only by what was asked for over five minutes.
 */
public final class Autoscaler {
  private static final Caller CALLER = Caller.user("autoscaler");
  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final double TOLERANCE = 0.1;

  private final ApiServer server;
  private final Key deployment;
  private final DoubleSupplier load;
  private final double perPod;
  private final int least;
  private final int most;
  private Instant due;
  private Instant highSince = Instant.MIN;
  private int high;

  /**
   * @param load of all pods, requests/s
   * @param perPod what one pod should carry, requests/s
   */
  public Autoscaler(
      ApiServer server,
      Key deployment,
      DoubleSupplier load,
      double perPod,
      int least,
      int most,
      Instant now) {
    this.server = server;
    this.deployment = deployment;
    this.load = load;
    this.perPod = perPod;
    this.least = least;
    this.most = most;
    this.due = now.plus(EVERY);
  }

  public Instant due() {
    return due;
  }

  public void work(Instant now) {
    due = now.plus(EVERY);
    try {
      Deployment d = server.get(Deployment.class, deployment).orElse(null);
      if (d == null || Revisions.size(d) == 0) {
        return;
      }
      int wanted = wanted(d, now);
      if (wanted != Revisions.size(d)) {
        var _ = server.update(CALLER, d.edit().editSpec().withReplicas(wanted).endSpec().build());
      }
    } catch (ApiError e) {
      // It looks again in a while.
      due = now.plusMillis(500);
    }
  }

  private int wanted(Deployment d, Instant now) {
    int size = Revisions.size(d);
    double ratio = load.getAsDouble() / perPod / size;
    int asked =
        Math.abs(ratio - 1) <= TOLERANCE ? size : (int) Math.ceil(load.getAsDouble() / perPod);
    if (asked >= high || now.isAfter(highSince.plus(Duration.ofMinutes(5)))) {
      high = asked;
      highSince = now;
    }
    int stable = asked < size ? Math.min(size, Math.max(asked, high)) : asked;
    return Math.clamp(stable, least, most);
  }
}
