package dev.sluice.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A bound that can be counted by, and that nearly all requests keep. */
class SlowerThanTest {
  @Test
  void it_is_the_smallest_bucket_that_99_percent_are_within() {
    assertThat(SlowerThan.fitting(le(900, 995, 999)))
        .contains(new SlowerThan(Duration.ofMillis(250), 0.995));
    assertThat(SlowerThan.fitting(le(990, 995, 999)).orElseThrow().bound()).hasMillis(100);
  }

  @Test
  void where_none_is_it_is_that_of_95_percent() {
    assertThat(SlowerThan.fitting(le(900, 960, 970)).orElseThrow().bound()).hasMillis(250);
    assertThat(SlowerThan.fitting(le(100, 200, 900))).as("slower than all buckets").isEmpty();
  }

  @Test
  void few_requests_say_nothing() {
    assertThat(SlowerThan.fitting(new TreeMap<>())).isEmpty();
    assertThat(SlowerThan.fitting(new TreeMap<>(Map.of(0.1, 99.0, 1 / 0.0, 99.0)))).isEmpty();
  }

  @Test
  void a_bound_that_no_policy_can_say_is_not_proposed() {
    assertThat(SlowerThan.fitting(new TreeMap<>(Map.of(0.0005, 1000.0, 1 / 0.0, 1000.0))))
        .isEmpty();
  }

  private static SortedMap<Double, Double> le(double first, double second, double third) {
    return new TreeMap<>(Map.of(0.1, first, 0.25, second, 1.0, third, 1 / 0.0, 1000.0));
  }
}
