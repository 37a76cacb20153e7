package dev.sluice.probes.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Requests/s from a counter. */
class RatesTest {
  private final Rates rates = new Rates();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long count;

  @Test
  void nothingIsKnownBeforeTheSecondLook() {
    rates.saw(500, now);
    assertThat(rates.now()).isEmpty();
    assertThat(rates.peak()).isEmpty();
  }

  @Test
  void itFollowsTheLastSecondsAndRemembersThePeakForAnHour() {
    seconds(30, 100);
    assertThat(rates.now().orElseThrow()).isCloseTo(100, within(1.0));
    seconds(30, 300);
    assertThat(rates.now().orElseThrow()).isCloseTo(300, within(1.0));
    seconds(30 * 60, 50);
    assertThat(rates.now().orElseThrow()).isCloseTo(50, within(1.0));
    assertThat(rates.peak().orElseThrow()).isCloseTo(300, within(1.0));
    seconds(31 * 60, 50);
    assertThat(rates.peak().orElseThrow()).isCloseTo(50, within(1.0));
  }

  private void seconds(int seconds, int perSecond) {
    for (int i = 0; i < seconds; i++) {
      count += perSecond;
      now = now.plusSeconds(1);
      rates.saw(count, now);
    }
  }
}
