package dev.sluice.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.OperatorProcess;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.SluiceOnCluster;
import dev.sluice.e2e.faults.ApiServerProxy;
import dev.sluice.e2e.faults.Frozen;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Shops beside each other release for {@code -Dsluice.soak=30} minutes, by lot, while others write
 * and everything goes wrong. What is done follows from {@code -Dsluice.seed}; when, from how long
 * it takes. Without a number of minutes it is the part that every build has: a minute, always of
 * the same seed, with kubectl alone.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(24 * 3600) // every wait in it has a deadline of its own
class SoakTest {
  private static final boolean WHOLE = System.getProperty("sluice.soak") != null;
  private static final long SEED =
      Long.getLong("sluice.seed", WHOLE ? System.nanoTime() & 0xFFFFF : 1);
  private static final Duration TIME = Duration.ofMinutes(Long.getLong("sluice.soak", 1));
  private static final double RATE = 40;

  /** An operator that is away and starts again tells so much later. */
  private static final Duration LATE = Duration.ofMinutes(1);

  private static final String COMMON = "drain: 1s\nkeepWarm: 10s\nanalysis: { arm: Always }\n";

  /** How the shops release. */
  private enum Way {
    CANARY(
        "first",
        """
        route: { gateway: { httpRoutes: [{ name: order-service }] } }
        strategy:
          canary:
            stages:
              - { name: first, weight: 10, min: 4s, max: 8s }
              - { name: half, weight: 50, min: 4s, max: 8s }
            bake: 6s
        """),
    BLUE_GREEN("Preparing", "strategy: { blueGreen: { validate: 3s, bake: 8s } }\n"),
    REPLICAS(
        "first",
        """
        strategy:
          canary:
            stages:
              - { name: first, weight: 25, min: 4s, max: 8s }
            bake: 8s
        """);

    private final String firstStage;
    private final String spec;

    Way(String firstStage, String spec) {
      this.firstStage = firstStage;
      this.spec = spec;
    }
  }

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  private final Map<Trouble.Kind, Integer> troubles = new TreeMap<>();

  @Test
  @Tag("part")
  void releases_end_as_they_should_whatever_goes_wrong() throws InterruptedException {
    System.out.printf("seed %d, %d minutes%n", SEED, TIME.toMinutes());
    SluiceOnCluster.install(cluster.kubelab());
    Map<Way, ReleasedShop> shops = new EnumMap<>(Way.class);
    List<Tales> all = new ArrayList<>();
    try (ApiServerProxy proxy =
            ApiServerProxy.before(cluster.kubelab().admin().getConfiguration(), SEED);
        OperatorProcess operator =
            new OperatorProcess(
                cluster.kubelab(),
                cluster.gateway(),
                "dev.sluice.cli.Main",
                Path.of("target", "e2e", "soak"),
                proxy.url(),
                OperatorProcess.Surroundings.USUAL)) {
      operator.keep();
      List<Thread> tellers = new ArrayList<>();
      Instant end = Instant.now().plus(TIME);
      for (Way way : Way.values()) {
        ReleasedShop shop =
            ReleasedShop.open(
                cluster.kubelab(),
                cluster.gateway(),
                "soak-" + way.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
        shops.put(way, shop);
        shop.bearsWith(LATE);
        shop.breaks("flapping"); // the candidate's size follows who writes the scale
        shop.adopt(way.spec + COMMON);
        shop.comeUsers(RATE);
        Tales tales =
            new Tales(
                shop,
                way.firstStage,
                new Random(SEED * 31 + way.ordinal()),
                WHOLE ? Round.ALL_WRITERS : Round.BY_KUBECTL);
        all.add(tales);
        tellers.add(Thread.ofVirtual().name(way.name()).start(() -> tales.tell(end)));
      }
      trouble(proxy, operator, tellers);
      for (Tales tales : all) {
        System.out.println(tales.told());
      }
      System.out.printf(
          "seed %d: troubles %s, struck %s, %d starts of the operator%n",
          SEED, troubles, proxy.struck(), operator.starts());
      assertThat(all.stream().flatMap(t -> t.wrong().stream())).as("seed %d", SEED).isEmpty();
      for (ReleasedShop shop : shops.values()) {
        assertThat(shop.leaveAndCountLost()).as("lost, seed %d", SEED).isZero();
      }
    } finally {
      shops.values().forEach(ReleasedShop::close);
    }
  }

  /** One after another, as long as somebody tells. */
  private void trouble(ApiServerProxy proxy, OperatorProcess operator, List<Thread> tellers) {
    Random random = new Random(SEED);
    while (tellers.stream().anyMatch(Thread::isAlive)) {
      Trouble next = Trouble.drawn(random);
      pass(next.calm());
      System.out.printf(
          "%s trouble: %s for %d s%n", Instant.now(), next.kind(), next.time().toSeconds());
      troubles.merge(next.kind(), 1, Integer::sum);
      switch (next.kind()) {
        case KILLED -> operator.crash();
        case FROZEN_GATEWAY -> {
          try (Frozen _ = Frozen.now(cluster.gateway().process("contour"))) {
            pass(next.time());
          }
        }
        case CONFLICTS,
            TOO_BUSY,
            ERRORS,
            NO_ANSWERS,
            LOST_ANSWERS,
            SLOW,
            SHORT_WATCHES,
            LATE_EVENTS,
            GONE -> {
          proxy.set(next.kind().faults());
          pass(next.time());
          proxy.clear();
        }
      }
    }
  }

  /** Nothing is waited for: that is how long it lasts. */
  private static void pass(Duration time) {
    Instant end = Instant.now().plus(time);
    Await.until("that time has passed", time.multipliedBy(10), () -> Instant.now().isAfter(end));
  }
}
