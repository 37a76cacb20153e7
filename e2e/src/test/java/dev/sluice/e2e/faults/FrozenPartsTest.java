package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Parts of the cluster stand still in the middle of a release, and go on. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(420)
class FrozenPartsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 4s, max: 8s }
            - { name: half, weight: 50, min: 4s, max: 8s }
          bake: 4s
      drain: 1s
      keepWarm: 2s
      analysis: { arm: Always }
      """;

  private static final String HALF = "name: half, weight: 50, min: 60s, max: 60s";

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @Test
  void a_weight_that_the_gateway_takes_and_does_not_apply_is_waited_for_in_a_sentence() {
    try (ReleasedShop shop = cluster.open("deaf-gateway")) {
      shop.adopt(SPEC);
      shop.comeUsers(100);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "small");
      try (Frozen _ = Frozen.now(cluster.gateway().process("contour"))) {
        shop.awaitStage(1, "half");
        stays(Duration.ofSeconds(25), shop, "half");
        System.out.printf(
            "while the gateway is deaf: %s, %s: %s%n",
            shop.condition(1), shop.reason(1), shop.message(1));
        assertThat(shop.message(1)).as("why it does not go on").contains("data plane");
      }
      assertThat(shop.awaitEnd(1)).as(shop.decisions(1).toString()).isEqualTo("Succeeded");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  void a_version_that_turns_out_bad_before_a_deaf_gateway_is_taken_back_when_it_hears_again() {
    try (ReleasedShop shop = cluster.open("deaf-abort")) {
      shop.adopt(SPEC.replace("name: half, weight: 50, min: 4s, max: 8s", HALF));
      shop.comeUsers(100);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "half");
      shop.awaitReason(1, "observing"); // what it asks for is served
      try (Frozen _ = Frozen.now(cluster.gateway().process("contour"))) {
        shop.command("Abort", 1);
        shop.awaitPhase(1, "Aborting");
        Instant end = Instant.now().plus(Duration.ofSeconds(15));
        Await.until(
            "that time has passed",
            PATIENCE,
            () -> {
              assertThat(shop.pods()).as("v2's still get half of it").hasSizeGreaterThan(4);
              return Instant.now().isAfter(end);
            });
        System.out.printf("%s: %s%n", shop.reason(1), shop.message(1));
      }
      assertThat(shop.awaitEnd(1)).isEqualTo("Aborted");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  void an_etcd_that_stands_still_two_seconds_of_three_makes_a_release_slow_and_nothing_else() {
    try (ReleasedShop good = cluster.open("slow-etcd-good");
        ReleasedShop bad = cluster.open("slow-etcd-bad")) {
      for (ReleasedShop shop : List.of(good, bad)) {
        shop.adopt(SPEC);
        shop.comeUsers(50);
      }
      good.shop().deploy(Edition.of("v2"));
      bad.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      Instant began = Instant.now();
      while (Instant.now().isBefore(began.plus(Duration.ofSeconds(40)))) {
        try (Frozen _ = Frozen.now(cluster.kubelab().process("etcd"))) {
          pause(Duration.ofSeconds(2));
        }
        pause(Duration.ofSeconds(1));
      }
      assertThat(good.awaitEnd(1)).as(good.decisions(1).toString()).isEqualTo("Succeeded");
      assertThat(bad.awaitEnd(1)).as(bad.decisions(1).toString()).isEqualTo("Aborted");
      assertThat(good.leaveAndCountLost() + bad.leaveAndCountLost()).isZero();
    }
  }

  /** Nothing is waited for: that is how long the fault lasts. */
  private static void pause(Duration time) {
    Instant end = Instant.now().plus(time);
    Await.until("that time has passed", PATIENCE, () -> Instant.now().isAfter(end));
  }

  private static void stays(Duration howLong, ReleasedShop shop, String stage) {
    Instant end = Instant.now().plus(howLong);
    Await.until(
        "that time has passed",
        PATIENCE,
        () -> {
          assertThat(shop.phase(1) + " " + shop.stage(1)).isEqualTo("Shifting " + stage);
          return Instant.now().isAfter(end);
        });
  }
}
