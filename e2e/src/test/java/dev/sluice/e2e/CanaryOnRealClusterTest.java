package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
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
}
