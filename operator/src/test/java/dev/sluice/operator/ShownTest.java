package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a judge has shown, and under which terms. */
class ShownTest {
  private static final Analysis USUAL = Analysis.defaults();
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Shown SHOWN =
      Shown.nothing(USUAL).with(new Arming(149, 0, 1), NOON).with(new Arming(153, 0, 1), NOON);

  @Test
  void whatWasShownIsSaidWithItsBoundAndItsBeginning() {
    assertThat(SHOWN.armed()).isTrue();
    assertThat(SHOWN.sentence())
        .isEqualTo(
            "The judge is armed: 0 of 153 placebo releases since 2026-01-01T12:00:00Z raised an"
                + " alarm, so false alarms are under 1.9 % of releases with 95 % confidence.");
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThat(Shown.nothing(USUAL).sentence()).contains("two pods").contains("requests");
    assertThat(Shown.nothing(USUAL).with(new Arming(40, 0, 1), NOON).sentence())
        .contains("not armed: 0 of 40")
        .contains("109 more");
  }

  @Test
  void otherTermsHaveShownNothingYetAndWhatDoesNotMatterMayChange() {
    Analysis stricter = analysis(0.001, USUAL.metrics(), USUAL.minimum());
    Analysis fewer = analysis(USUAL.falseAlarm(), List.of(Metric.errors()), USUAL.minimum());
    Analysis patient = analysis(USUAL.falseAlarm(), USUAL.metrics(), 1000);
    assertThat(SHOWN.under(stricter)).isEqualTo(Shown.nothing(stricter));
    assertThat(SHOWN.under(fewer).armed()).isFalse();
    assertThat(SHOWN.under(patient)).isEqualTo(SHOWN);
    Metric colder = Metric.latency().warmAfter(Duration.ofMinutes(2));
    Analysis cold = USUAL.withMetrics(List.of(Metric.errors(), colder));
    assertThat(SHOWN.under(cold)).as("placebo's pods are warm").isEqualTo(SHOWN);

    Analysis counted =
        USUAL.withMetrics(List.of(Metric.errors().countedBy("a1b2"), Metric.latency()));
    assertThat(SHOWN.under(counted)).as("of other series").isEqualTo(Shown.nothing(counted));
  }

  private static Analysis analysis(double falseAlarm, List<Metric> metrics, int minimum) {
    return new Analysis(
        falseAlarm, USUAL.exposure(), USUAL.onInconclusive(), USUAL.arm(), metrics, minimum);
  }
}
