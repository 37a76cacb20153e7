package dev.sluice.probes.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.world.CheckResult;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which checks are known, and of which release. */
class CheckRunsTest {
  private static final CheckRuns.Ask NO = () -> new CheckResult.Failed("no");

  private final CheckRuns runs = new CheckRuns();

  @Test
  void a_check_runs_and_then_has_a_result() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    runs.start(
        "orders-1",
        "smoke",
        () -> {
          answer.await();
          return new CheckResult.Passed();
        });
    assertThat(runs.of("orders-1")).containsEntry("smoke", new CheckResult.Running());
    answer.countDown();
    assertThat(result("orders-1", "smoke")).isEqualTo(new CheckResult.Passed());
    assertThat(runs.of("orders-2")).isEmpty();
  }

  @Test
  void one_that_ended_is_not_started_again_unless_it_was_forgotten() throws Exception {
    runs.start("orders-1", "smoke", NO);
    result("orders-1", "smoke");
    runs.start("orders-1", "smoke", CheckResult.Passed::new);
    assertThat(runs.of("orders-1").get("smoke")).isInstanceOf(CheckResult.Failed.class);
    runs.forget("orders-1", "smoke");
    assertThat(runs.of("orders-1")).isEmpty();
  }

  @Test
  void the_next_releases_first_check_makes_the_last_ones_forgotten_and_unasked() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    runs.start(
        "orders-1",
        "smoke",
        () -> {
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
          return new CheckResult.Passed();
        });
    runs.start("orders-2", "other", NO);
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(runs.of("orders-1")).isEmpty();
    result("orders-2", "other");
    assertThat(runs.of("orders-2")).containsOnlyKeys("other");
  }

  @Test
  void a_mistake_of_ours_is_a_no_that_shows_nothing_of_what_was_sent() throws Exception {
    runs.start(
        "orders-1",
        "smoke",
        () -> {
          throw new IllegalStateException("Authorization: Bearer abc");
        });
    assertThat(result("orders-1", "smoke"))
        .isEqualTo(new CheckResult.Failed("The check ended with IllegalStateException."));
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
