package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The operator's process is killed at random moments of a release and started again; of one release
 * after another, until it was killed twenty times, or as often as {@code -Dsluice.kills=300} says.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(3600) // every wait in it has a deadline of its own
class KilledOperatorTest {
  private static final int KILLS = Integer.getInteger("sluice.kills", 20);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 5, min: 8s, max: 20s }
            - { name: medium, weight: 20, min: 8s, max: 20s }
            - { name: half, weight: 50, min: 8s, max: 20s }
          bake: 10s
      drain: 1s
      keepWarm: 3s
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @Test
  void the_release_goes_on_and_nobody_notices() throws InterruptedException {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    SluiceOnCluster.install(cluster.kubelab());
    try (OperatorProcess operator =
            new OperatorProcess(
                cluster.kubelab(),
                cluster.gateway(),
                "dev.sluice.cli.Main",
                Path.of("target", "e2e", "killed"));
        ReleasedShop shop = cluster.open("killed")) {
      shop.breaks("told"); // while nobody is there who could tell
      operator.start();
      shop.adopt(SPEC);
      Set<String> first = shop.pods();
      shop.comeUsers(100);
      int kills = 0;
      int releases = 0;
      while (kills < KILLS) {
        releases++;
        shop.shop().deploy(Edition.of("v2").round(releases));
        kills += killUntilEnded(shop, operator, random, releases, KILLS - kills);
        assertThat(shop.awaitEnd(releases)).isEqualTo("Succeeded");
        shop.awaitReady();
      }
      System.out.printf("killed %d times in %d releases%n", kills, releases);
      assertThat(kills).isEqualTo(KILLS);
      Await.until("v2's pods alone are left", PATIENCE, () -> shop.pods().size() == 4);
      assertThat(shop.pods()).doesNotContainAnyElementsOf(first);
      shop.awaitReady();
      assertThat(shop.releases()).hasSize(Math.min(releases, 20));
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  /** Half of them die before they have done anything, the others later: else nothing goes on. */
  private static Duration life(Random random) {
    return Duration.ofMillis(
        random.nextBoolean() ? 500 + random.nextInt(3000) : 3500 + random.nextInt(8500));
  }

  /** How often it was killed. */
  private static int killUntilEnded(
      ReleasedShop shop, OperatorProcess operator, Random random, int release, int most) {
    int kills = 0;
    while (kills < most) {
      LockSupport.parkNanos(life(random).toNanos());
      if (shop.ended(release)) {
        break;
      }
      operator.kill();
      kills++;
      operator.start();
    }
    return kills;
  }
}
