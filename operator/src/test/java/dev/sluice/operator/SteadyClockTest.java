package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private static final Instant ZERO = Instant.parse("2026-01-01T00:00:00Z");

  private Duration passed = Duration.ZERO;
  private Duration ahead = Duration.ZERO;
  private final SteadyClock clock =
      new SteadyClock(() -> ZERO.plus(passed).plus(ahead), () -> passed.toNanos());

  private Instant after(Duration time) {
    passed = passed.plus(time);
    return clock.instant();
  }

  @Test
  void it_says_what_the_wall_says_while_nobody_sets_that() {
    assertThat(clock.instant()).isEqualTo(ZERO);
    assertThat(after(Duration.ofSeconds(7))).isEqualTo(ZERO.plusSeconds(7));
    assertThat(after(Duration.ofDays(7))).isEqualTo(ZERO.plusSeconds(7).plus(Duration.ofDays(7)));
  }

  @Test
  void it_passes_by_what_has_passed_when_the_wall_is_set() {
    ahead = Duration.ofHours(1);
    assertThat(clock.instant()).isEqualTo(ZERO);
    assertThat(after(Duration.ofSeconds(10))).isEqualTo(ZERO.plusMillis(10_100));
    ahead = Duration.ofHours(-1);
    assertThat(after(Duration.ofSeconds(10))).isEqualTo(ZERO.plusMillis(20_000));
  }

  @Test
  void it_comes_to_what_the_wall_says_and_stays_there() {
    ahead = Duration.ofSeconds(3);
    assertThat(after(Duration.ofSeconds(299))).isBefore(ZERO.plusSeconds(302));
    assertThat(after(Duration.ofSeconds(2))).isEqualTo(ZERO.plusSeconds(304));
    assertThat(after(Duration.ofHours(1))).isEqualTo(ZERO.plusSeconds(3904));
  }
}
