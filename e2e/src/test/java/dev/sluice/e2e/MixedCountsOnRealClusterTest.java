package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service that counts kubelet's probes and our scrapes as requests, without a label. Kubelet asks
 * for readiness each second and for liveness each five, and Sluice reads each two: 1.7 a second.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(400)
class MixedCountsOnRealClusterTest {
  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  private static final Duration IDLE = Duration.ofSeconds(25);
  private static final Pattern TAKEN_OUT =
      Pattern.compile("errors: about ([0-9.]+) requests a second of each pod are health checks");
  private static final String POLICY =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      drain: 1s
      keepWarm: 0s
      analysis: { arm: Always, minimum: 5 }
      strategy:
        canary:
          stages:
            - { name: half, weight: 50, min: 10s, max: 60s, approve: Before }
          bake: 3s
      """;

  @TempDir private static Path folder;

  @Test
  void kubelets_probes_are_learned_in_one_release_and_left_out_of_the_next() throws Exception {
    try (ReleasedShop shop = cluster.open("mixed")) {
      shop.adopt(POLICY);
      Person ann = Person.of(cluster.kubelab(), shop.namespace(), "ann", folder, "admin");
      shop.comeUsers(4);
      Edition plain = Edition.of("v2").with("COUNTS_ALL_ALIKE", true);
      shop.shop().deploy(plain);
      approvedAfterIdling(shop, 1);
      shop.awaitStage(1, "half");
      assertThat(explained(ann)).contains("It cannot tell health checks and scrapes");
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      shop.awaitReady();

      shop.shop().deploy(Edition.of("v3").with("COUNTS_ALL_ALIKE", true).with("ERRORS", 0.3));
      approvedAfterIdling(shop, 2);
      shop.awaitStage(2, "half");
      String said = explained(ann);
      Matcher taken = TAKEN_OUT.matcher(said);
      assertThat(taken.find()).as(said).isTrue();
      assertThat(Double.parseDouble(taken.group(1))).as(said).isBetween(1.4, 1.75);
      assertThat(said).doesNotContain("It cannot tell health checks");
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  private static void approvedAfterIdling(ReleasedShop shop, int release) {
    shop.awaitReason(release, "approval");
    Instant idled = Instant.now().plus(IDLE);
    Await.until("its pods have idled", IDLE.multipliedBy(2), () -> Instant.now().isAfter(idled));
    shop.command("Approve", release);
  }

  private static String explained(Person person) {
    return person.sluice("explain", "order-service").out();
  }
}
