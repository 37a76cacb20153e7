package dev.sluice.operator.cluster;

import dev.sluice.kubernetes.Cluster;
import dev.sluice.operator.Settings;
import dev.sluice.operator.telemetry.Telemetry;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs one loop for each ReleasePolicy that there is. Level-triggered: every change of the policies
 * makes it compare what there is with what it runs.
 */
public final class Operator implements AutoCloseable {
  private static final Duration SYNC = Duration.ofSeconds(60);

  /** What a loop is made from: a change may mean another loop. */
  private static final Set<String> FOLLOWED =
      Set.of(
          Cluster.POLICIES.getKind(),
          Cluster.TEMPLATES.getKind(),
          Cluster.CLUSTER_TEMPLATES.getKind());

  /** For what receivers are still told. */
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private static final Duration AGAIN = Duration.ofSeconds(10);

  /** Loops are woken by the watches; this is for what no watch tells. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** Under which {@link #keep} says that it is alive. */
  private static final String KEEPER = "the policies";

  private final Cluster cluster;
  private final Sources.Maker sources;
  private final Settings settings;
  private final Telemetry telemetry;
  private final String writer = UUID.randomUUID().toString();
  private final Map<String, Running> running = new HashMap<>();
  private final Thread keeper = Thread.ofPlatform().name("policies").unstarted(this::keep);
  private volatile boolean over;

  private record Running(PolicyDriver driver, Thread thread) {}

  private Operator(
      KubernetesClient client,
      Optional<String> namespace,
      Sources.Factory sources,
      Settings settings,
      Telemetry telemetry) {
    this.settings = settings.idling(IDLE);
    this.telemetry = telemetry;
    this.cluster = new Cluster(client, namespace, this::changed);
    this.sources = sources.on(cluster);
  }

  /**
   * Returns when everything that there is has been seen and the loops run.
   *
   * @param namespace whose policies are followed; empty: all
   * @param telemetry hears how it goes
   * @throws TimeoutException if the API server does not list what there is within a minute
   */
  public static Operator start(
      KubernetesClient client,
      Optional<String> namespace,
      Sources.Factory sources,
      Settings settings,
      Telemetry telemetry)
      throws InterruptedException, ExecutionException, TimeoutException {
    Operator operator = new Operator(client, namespace, sources, settings, telemetry);
    try {
      operator.cluster.synced(SYNC);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      operator.cluster.close();
      throw e;
    }
    operator.keeper.start();
    telemetry.health().follows();
    return operator;
  }

  private void changed(HasMetadata object) {
    if (FOLLOWED.contains(object.getKind())) {
      // Of policies most are our own writes to their status: no loop need look again for that.
      LockSupport.unpark(keeper);
      return;
    }
    synchronized (running) {
      running.values().forEach(one -> one.driver().loop().changed(object));
    }
  }

  private void keep() {
    while (!over) {
      telemetry.health().passed(KEEPER);
      compare();
      LockSupport.parkNanos(AGAIN.toNanos());
    }
  }

  private void compare() {
    synchronized (running) {
      Set<String> there = new HashSet<>();
      for (GenericKubernetesResource policy : cluster.policies()) {
        String key = policy.getMetadata().getNamespace() + "/" + policy.getMetadata().getName();
        there.add(key);
        Running now = running.get(key);
        if (now != null && now.driver().loop().follows(policy)) {
          continue;
        }
        if (now != null) {
          now.driver().loop().stop();
          if (now.thread().isAlive()) {
            // Two loops never act on one policy: the next one begins when this one has ended.
            continue;
          }
        }
        running.put(key, begin(policy));
      }
      running.entrySet().removeIf(e -> !there.contains(e.getKey()) && ended(e.getValue()));
    }
  }

  private static boolean ended(Running one) {
    one.driver().loop().stop();
    return !one.thread().isAlive();
  }

  private Running begin(GenericKubernetesResource policy) {
    PolicyDriver driver = new PolicyDriver(cluster, sources, writer, settings, telemetry, policy);
    Thread thread =
        Thread.ofVirtual()
            .name("policy " + policy.getMetadata().getName())
            .start(
                () -> {
                  try {
                    driver.run();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  } finally {
                    LockSupport.unpark(keeper);
                  }
                });
    return new Running(driver, thread);
  }

  /** Ends all loops after the round that is under way; everything stands as it is. */
  @Override
  public void close() {
    over = true;
    telemetry.health().ends();
    LockSupport.unpark(keeper);
    Map<String, Running> last;
    synchronized (running) {
      last = Map.copyOf(running);
    }
    last.values().forEach(one -> one.driver().loop().stop());
    try {
      for (Running one : last.values()) {
        one.thread().join(settings.ceiling());
      }
      long until = System.nanoTime() + SETTLE.toNanos();
      for (Running one : last.values()) {
        one.driver().settle(until);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    telemetry.health().ended(KEEPER);
    cluster.close();
  }
}
