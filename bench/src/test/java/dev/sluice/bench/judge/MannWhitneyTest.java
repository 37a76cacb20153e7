package dev.sluice.bench.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MannWhitneyTest {
  @Test
  void it_gives_the_published_interval_and_estimate() {
    MannWhitney of = MannWhitney.of(new double[] {10, 20, 30, 40}, new double[] {1, 2, 3, 4}, 0.95);
    assertThat(of.low()).isCloseTo(6, within(1e-9));
    assertThat(of.high()).isCloseTo(39, within(1e-9));
    assertThat(of.estimate()).isCloseTo(22.5, within(1e-9));
  }

  @Test
  void a_sample_beside_itself_has_no_shift() {
    double[] same = {1, 2, 3, 4, 5, 6, 7, 8};
    MannWhitney of = MannWhitney.of(same, same, 0.98);
    assertThat(of.low()).isNegative();
    assertThat(of.high()).isPositive();
    assertThat(of.estimate()).isCloseTo(0, within(1e-3));
  }

  @Test
  void what_cannot_be_compared_is_said() {
    assertThat(MannWhitney.of(new double[] {3}, new double[] {1, 1}, 0.95))
        .isEqualTo(new MannWhitney(2, 2, 2));
    assertThatThrownBy(() -> MannWhitney.of(new double[0], new double[] {3}, 0.95))
        .hasMessage("an empty sample has no shift");
  }
}
