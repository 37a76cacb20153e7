package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Through an HTTPRoute, which copies requests, too. */
class CanaryOnRealClusterTest extends CanaryScenarios {
  @Override
  ReleasedShop open(String namespace) {
    return cluster.open(namespace);
  }

  @Override
  String route() {
    return "route: { gateway: { httpRoutes: [{ name: order-service }] } }\n";
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void copies_of_requests_find_a_bad_version_before_any_user_meets_it() {
    try (ReleasedShop shop = open("mirror")) {
      Map<String, Object> before = shop.written();
      shop.adopt(
          route()
              + PACE
              + """
              strategy:
                canary:
                  stages:
                    - { name: copies, weight: 0, mirror: 100, min: 60s, max: 120s }
                    - { name: half, weight: 50, min: 3s, max: 8s }
              """);
      Set<String> pods = shop.pods();
      shop.comeUsers(RATE);
      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      assertThat(shop.awaitEnd(1)).isEqualTo("Aborted");
      assertThat(shop.decisions(1)).anyMatch(d -> d.startsWith("harm:"));
      shop.shop().deploy(Edition.of("v1"));
      shop.awaitReady();
      assertThat(shop.pods()).isEqualTo(pods);
      Accounts users = shop.leave().values().iterator().next();
      assertThat(users.versions().keySet()).as("nobody met it").containsExactly("v1");
      assertThat(users.lost()).isZero();
      assertThat(users.harmed()).isEmpty();
      shop.removePolicy(DeletionPropagation.BACKGROUND);
      assertThat(shop.written()).as("restored to the letter").isEqualTo(before);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void an_adaptive_ladder_skips_what_a_good_version_has_proven_and_loses_nobody() {
    try (ReleasedShop shop = open("adaptive")) {
      shop.adopt(
          route()
              + """
              drain: 1s
              analysis: { arm: Always, metrics: [{ preset: errors }] }
              strategy:
                canary:
                  adaptive: true
                  stages:
                    - { name: quarter, weight: 25, min: 30s, max: 60s }
                    - { name: third, weight: 33, min: 3s, max: 8s }
                    - { name: half, weight: 50, min: 3s, max: 8s }
                    - { name: most, weight: 75, min: 10s, max: 20s }
                  bake: 4s
              """);
      Users users = shop.comeUsers(RATE);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "most");
      shop.awaitReason(1, "observing");
      Accounts most = users.since(Instant.now(), 300);
      double share = (double) most.answeredBy("v2") / most.answered();
      assertThat(share).as("%s", most).isBetween(0.65, 0.85);
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      System.out.println(shop.decisions(1));
      assertThat(shop.decisions(1))
          .anyMatch(
              d -> d.matches("stage: Enters stage (half|most) and skips third.* is proven .*"))
          .noneMatch(d -> d.contains("Enters stage third"));
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }
}
