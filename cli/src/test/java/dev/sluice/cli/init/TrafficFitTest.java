package dev.sluice.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Preset;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which canary fits how much traffic. */
class TrafficFitTest {
  @ParameterizedTest(name = "{0} requests/s: {1}")
  @CsvSource({
    "0.2, CAUTIOUS",
    "5, CAUTIOUS",
    "49.9, CAUTIOUS",
    "50, STANDARD",
    "400, STANDARD",
    "2499, STANDARD",
    "2500, FAST",
    "90000, FAST",
  })
  void the_requests_of_the_first_stage_decide(double perSecond, Preset preset) {
    TrafficFit fit = TrafficFit.of(OptionalDouble.of(perSecond));
    assertThat(fit.preset()).isEqualTo(preset);
    assertThat(fit.why()).isNotEmpty();
  }

  @Test
  void the_figures_are_those_of_the_preset_that_is_proposed() {
    assertThat(TrafficFit.of(OptionalDouble.of(80)).why().getFirst())
        .isEqualTo(
            "About 80 requests/s were seen: in the 10m that Standard gives its stage of 1 % at the least, the new version gets 480 of them.");
    assertThat(TrafficFit.of(OptionalDouble.of(10)).why().getFirst())
        .contains("in the 20m that Cautious gives", "gets 120 of them");
    assertThat(TrafficFit.of(OptionalDouble.of(5000)).why().getFirst())
        .contains("in the 2m that Fast gives", "gets 6,000 of them");
  }

  @Test
  void too_few_requests_for_any_preset_are_said_with_the_time_that_they_take() {
    assertThat(TrafficFit.of(OptionalDouble.of(80)).warning()).isEmpty();
    assertThat(TrafficFit.of(OptionalDouble.of(2.5)).warning()).isEmpty();
    assertThat(TrafficFit.of(OptionalDouble.of(2)).warning())
        .hasValueSatisfying(w -> assertThat(w).contains("takes about 25m", "the 30 answers"));
    assertThat(TrafficFit.of(OptionalDouble.of(0.2)).warning())
        .hasValueSatisfying(
            w -> assertThat(w).contains("take about 4h10m, longer than its time", "stages: ["));
  }

  @Test
  void no_traffic_and_traffic_that_was_not_seen_are_two_things() {
    TrafficFit unknown = TrafficFit.of(OptionalDouble.empty());
    assertThat(unknown.preset()).isEqualTo(Preset.STANDARD);
    assertThat(unknown.why().getFirst()).contains("was not seen");
    assertThat(unknown.warning()).isEmpty();
    TrafficFit none = TrafficFit.of(OptionalDouble.of(0));
    assertThat(none.preset()).isEqualTo(Preset.STANDARD);
    assertThat(none.why().getFirst()).startsWith("No request was seen");
    assertThat(none.warning()).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0.04|0.0", "3.14|3.1", "42.4|42", "437|440", "12345|12,000"})
  void figures_have_two_digits(double value, String written) {
    assertThat(TrafficFit.number(value)).isEqualTo(written);
  }
}
