package dev.sluice.operator.run;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Two runs of one release never act at once: who has no lease does nothing. */
final class RunLease implements AutoCloseable {
  private static final Duration LASTS = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  /** Long enough for the lease of a run that was killed to be over. */
  static final Duration PATIENCE = LASTS.multipliedBy(2);

  private final LeaderElector elector;
  private final CompletableFuture<?> election;
  private final CountDownLatch held;

  private RunLease(LeaderElector elector, CompletableFuture<?> election, CountDownLatch held) {
    this.elector = elector;
    this.election = election;
    this.held = held;
  }

  /**
   * Asks for it.
   *
   * @param lost is told when it is somebody else's, and when it is given back
   */
  static RunLease ask(
      KubernetesClient client, String namespace, String name, String identity, Runnable lost) {
    CountDownLatch held = new CountDownLatch(1);
    LeaderElector elector =
        client
            .leaderElector()
            .withConfig(
                new LeaderElectionConfigBuilder()
                    .withName(name)
                    .withLeaseDuration(LASTS)
                    .withRenewDeadline(RENEW)
                    .withRetryPeriod(RETRY)
                    .withReleaseOnCancel(true)
                    .withLock(new LeaseLock(namespace, name, identity))
                    .withLeaderCallbacks(new LeaderCallbacks(held::countDown, lost, _ -> {}))
                    .build())
            .build();
    return new RunLease(elector, elector.start(), held);
  }

  /** Whether it was got within that time. */
  boolean within(Duration time) throws InterruptedException {
    return held.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    election.cancel(true);
    try {
      // To cancel does not wait for it, and a run that ends ends its process.
      var _ = elector.release();
    } catch (KubernetesClientException e) {
      // It ends by itself, after a quarter of a minute.
    }
  }
}
