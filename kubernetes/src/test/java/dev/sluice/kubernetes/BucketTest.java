package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BucketTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void so_many_go_at_once_and_then_one_each_second_whatever_the_clock_does() {
    Bucket bucket = new Bucket(2, Duration.ofSeconds(1), NOON);
    assertThat(bucket.take(NOON)).isTrue();
    assertThat(bucket.take(NOON)).isTrue();
    assertThat(bucket.take(NOON)).isFalse();
    assertThat(bucket.take(NOON.minusSeconds(3600))).isFalse();
    assertThat(bucket.take(NOON.minusSeconds(3599))).isTrue();
    assertThat(bucket.take(NOON.plusSeconds(3600))).isTrue();
    assertThat(bucket.take(NOON.plusSeconds(3600))).isTrue();
    assertThat(bucket.take(NOON.plusSeconds(3600))).isFalse();
  }
}
