package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Versions that fail in ways that their own counters do not always tell: each is taken off traffic
 * by itself, and nobody is hurt any more after that.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(420)
class FaultsOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 170s, max: 180s }
          bake: 4s
      drain: 1s
      """;
  private static final String USUAL = SPEC + "analysis: { arm: Always }\n";

  /** Pods are judged by their latency from their first answer on, and harm is seen once. */
  private static final String LATENCY =
      SPEC
          + "analysis: { arm: Always, metrics: [{ preset: errors }, { preset: latency, slowerThan: 250ms, warmUp: 0s }] }\n";

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void answers_that_come_late() {
    assertThat(takenOff("slow", Edition.of("v3").with("SLOW_FACTOR", 100), LATENCY))
        .isEqualTo("Aborted");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void answers_that_never_come() {
    assertThat(takenOff("hangs", Edition.of("v3").with("HANG", 0.5))).isEqualTo("Aborted");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void connections_that_are_refused() {
    takenOff("refused", Edition.of("v3").with("REFUSE_AFTER", 8));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void pods_that_are_killed_because_they_take_too_much_memory() {
    takenOff(
        "out-of-memory",
        Edition.of("v3").with("JAVA_TOOL_OPTIONS", "-Xmx1g").with("LEAK", 1_000_000));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void pods_that_end_by_themselves_again_and_again() {
    takenOff("crash-loop", Edition.of("v3").with("CRASH_AFTER", 6));
  }

  private static String takenOff(String namespace, Edition bad) {
    return takenOff(namespace, bad, USUAL);
  }

  /**
   * @return the release's phase, or Retreated where a person is asked
   */
  private static String takenOff(String namespace, Edition bad, String spec) {
    try (ReleasedShop shop = cluster.open(namespace)) {
      shop.breaks("lost"); // by the version itself
      shop.adopt(spec);
      Set<String> pods = shop.pods();
      Users users = shop.comeUsers(60);
      shop.shop().deploy(bad);
      Await.until(
          "the bad version is off traffic",
          PATIENCE,
          () -> shop.ended(1) || shop.condition(1).equals("Retreated"));
      Instant off = Instant.now().plus(Duration.ofSeconds(2));
      String how = shop.ended(1) ? shop.phase(1) : "Retreated";
      if (how.equals("Retreated")) {
        shop.command("Abort", 1);
        shop.awaitEnd(1);
      }
      assertThat(shop.phase(1)).isEqualTo("Aborted");
      shop.shop().deploy(Edition.of("v1"));
      shop.awaitReady();
      assertThat(shop.pods()).as("stable's pods are untouched").isEqualTo(pods);
      var _ = users.since(off, 60);
      String why = String.join(" ", shop.decisions(1));
      Accounts accounts = shop.leave().values().iterator().next();
      System.out.printf("%s: %s, %s: %s%n", namespace, bad.faults(), how, why);
      List<Response> late = accounts.since(off).harmed();
      assertThat(late).as("harmed after it was off traffic").isEmpty();
      return how;
    }
  }
}
