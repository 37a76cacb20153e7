package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Accounts;
import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A version whose own page of metrics is silent, stands still or lies. Invariant 6: no data is
 * never good news, and none is a proof of harm either; what the gateway counted is believed.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(420)
class LyingMetricsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final double RATE = 60;
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 20, min: 10s, max: 20s }
            - { name: half, weight: 50, min: 10s, max: 20s }
          bake: 5s
      drain: 1s
      keepWarm: 2s
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  /** There is nothing to go by, so it does not pass; and nobody says that it did harm. */
  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(strings = {"silent", "nan", "negative", "stale"})
  void a_good_version_that_says_nothing_of_use_gets_no_traffic_and_is_not_called_bad(String lie) {
    try (ReleasedShop shop = begin("good-" + lie, lie(Edition.of("v2"), lie))) {
      Await.until(
          "it is off traffic",
          PATIENCE,
          () -> shop.ended(1) || shop.condition(1).equals("Retreated"));
      tell(shop);
      assertThat(shop.phase(1)).isNotEqualTo("Succeeded");
      assertThat(shop.decisions(1)).noneMatch(d -> d.startsWith("harm:"));
      assertThat(shop.reason(1)).isEqualTo("candidate-silent");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(strings = {"reset", "flattering"})
  void a_good_version_is_judged_by_the_gateway_too_and_succeeds(String lie) {
    try (ReleasedShop shop = begin("good-" + lie, lie(Edition.of("v2"), lie))) {
      assertThat(shop.awaitEnd(1)).as(shop.decisions(1).toString()).isEqualTo("Succeeded");
      tell(shop);
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @ValueSource(strings = {"silent", "nan", "negative", "stale", "reset", "flattering"})
  void a_bad_version_is_taken_off_traffic_whatever_it_says_of_itself(String lie) {
    try (ReleasedShop shop = begin("bad-" + lie, lie(Edition.of("v3").with("ERRORS", 0.33), lie))) {
      Await.until(
          "it is off traffic",
          PATIENCE,
          () -> shop.ended(1) || shop.condition(1).equals("Retreated"));
      tell(shop);
      List<String> decisions = shop.decisions(1);
      assertThat(decisions.getLast())
          .as(decisions.toString())
          .matches("(?s)(harm|candidate-silent|aborted|back|drain).*");
      Accounts users = shop.leave().values().iterator().next();
      System.out.printf("bad-%s: %d users hurt%n", lie, users.badBy("v3"));
      assertThat(users.badBy("v3")).as("users hurt").isLessThan(60);
      assertThat(users.lost()).isZero();
    }
  }

  private static ReleasedShop begin(String namespace, Edition edition) {
    ReleasedShop shop = cluster.open(namespace);
    shop.adopt(SPEC);
    shop.comeUsers(RATE);
    shop.shop().deploy(edition);
    return shop;
  }

  private static Edition lie(Edition edition, String how) {
    return how.equals("silent") ? edition.with("NO_METRICS", 1) : edition.with("METRICS", how);
  }

  private static void tell(ReleasedShop shop) {
    System.out.printf(
        "%s: %s %s, %s; the policy says: %s%n",
        shop.namespace(),
        shop.phase(1),
        shop.condition(1),
        String.join(" | ", shop.decisions(1)),
        shop.ofPolicy("message"));
  }
}
