package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundedTest {
  @Test
  void people_read_no_powers_of_ten() {
    assertThat(Rounded.percent(1)).isEqualTo("100 %");
    assertThat(Rounded.percent(0.999)).isEqualTo("100 %");
    assertThat(Rounded.percent(0.0721)).isEqualTo("7.2 %");
    assertThat(Rounded.percent(0.02)).isEqualTo("2.0 %");
    assertThat(Rounded.percent(0.0000004321)).isEqualTo("0.000043 %");
    assertThat(Rounded.percent(0)).isEqualTo("0.0 %");
  }
}
