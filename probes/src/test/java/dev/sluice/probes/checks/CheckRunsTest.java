package dev.sluice.probes.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.world.CheckResult;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which checks are known, and of which release. */
class CheckRunsTest {
  private static final HttpCheck NEVER = new HttpCheck("/readyz", 200, Duration.ofMillis(50));

  private final CheckRuns runs = new CheckRuns(new Checks(Statuses.direct()));

  @Test
  void a_check_runs_and_then_has_a_result() throws Exception {
    runs.start("orders-1", "smoke", NEVER, Optional::empty);
    assertThat(runs.of("orders-1")).containsKey("smoke");
    assertThat(result("orders-1", "smoke")).isInstanceOf(CheckResult.Failed.class);
    assertThat(runs.of("orders-2")).isEmpty();
  }

  @Test
  void one_that_ended_is_not_started_again_unless_it_was_forgotten() throws Exception {
    runs.start("orders-1", "smoke", NEVER, Optional::empty);
    result("orders-1", "smoke");
    runs.start("orders-1", "smoke", NEVER, Optional::empty);
    assertThat(runs.of("orders-1").get("smoke")).isInstanceOf(CheckResult.Failed.class);
    runs.forget("orders-1", "smoke");
    assertThat(runs.of("orders-1")).isEmpty();
  }

  @Test
  void the_next_releases_first_check_makes_the_last_ones_forgotten() throws Exception {
    runs.start("orders-1", "smoke", NEVER, Optional::empty);
    runs.start("orders-2", "other", NEVER, Optional::empty);
    assertThat(runs.of("orders-1")).isEmpty();
    result("orders-2", "other");
    assertThat(runs.of("orders-2")).containsOnlyKeys("other");
  }

  private CheckResult result(String release, String name) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < end) {
      CheckResult result = runs.of(release).getOrDefault(name, new CheckResult.Running());
      if (!(result instanceof CheckResult.Running)) {
        return result;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("the check did not end");
  }
}
