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

/** The operator's process is killed at twenty random moments of a release and started again. */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(420)
class KilledOperatorTest {
  private static final int KILLS = 20;
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
        ReleasedShop shop = ReleasedShop.open(cluster.kubelab(), cluster.gateway(), "killed")) {
      shop.breaks("told"); // while nobody is there who could tell
      operator.start();
      shop.adopt(SPEC);
      Set<String> first = shop.pods();
      shop.comeUsers(100);
      shop.shop().deploy(Edition.of("v2"));
      int kills = 0;
      while (kills < KILLS) {
        LockSupport.parkNanos(Duration.ofMillis(500 + random.nextInt(6000)).toNanos());
        if (shop.ended(1)) {
          break;
        }
        operator.kill();
        kills++;
        operator.start();
      }
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      System.out.printf("killed %d times%n", kills);
      assertThat(kills).as("kills before the release was over").isEqualTo(KILLS);
      Await.until("v2's pods alone are left", PATIENCE, () -> shop.pods().size() == 4);
      assertThat(shop.pods()).doesNotContainAnyElementsOf(first);
      shop.awaitReady();
      assertThat(shop.releases()).containsExactly(Shop.NAME + "-1");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }
}
