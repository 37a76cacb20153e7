package dev.sluice.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Half a day of stable's past arms a judge that cries no wolf over it. */
class StablePastTest {
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final Analysis ERRORS =
      new Analysis(
          0.01,
          new Analysis.Exposure.Seconds(1),
          Analysis.OnInconclusive.HOLD,
          Analysis.Arm.MEASURED,
          List.of(Metric.errors()),
          30);

  @Test
  void each_twenty_minutes_after_a_half_hour_are_four_placebo_releases() {
    assertThat(after(Duration.ofMinutes(49), 1).shown().slots()).isZero();
    assertThat(after(Duration.ofMinutes(50), 1).shown().slots()).isEqualTo(4);
    assertThat(after(Duration.ofMinutes(110), 1).shown().slots()).isEqualTo(16);
  }

  @Test
  void half_a_day_without_an_alarm_arms() {
    assertThat(after(Duration.ofHours(13), 1).shown().shown(0.01)).isFalse();
    StablePast past = after(Duration.ofHours(14), 1);
    assertThat(past.shown().alarms()).isZero();
    assertThat(past.shown().shown(0.01)).isTrue();
    assertThat(past.calibration().known()).isTrue();
  }

  @Test
  void pods_that_are_not_alike_alarm_and_do_not_arm() {
    StablePast past = after(Duration.ofHours(14), 40);
    assertThat(past.shown().alarms()).isPositive();
    assertThat(past.shown().shown(0.01)).isFalse();
  }

  @Test
  void the_same_past_arms_the_same() {
    assertThat(after(Duration.ofHours(2), 1).shown())
        .isEqualTo(after(Duration.ofHours(2), 1).shown());
  }

  /**
   * @param worse by how much a pod that changes each forty minutes fails more often than the others
   */
  private static StablePast after(Duration span, double worse) {
    Random random = new Random(7);
    StablePast past = new StablePast(ERRORS, TICK);
    for (int i = 0; i < span.toSeconds() / TICK.toSeconds(); i++) {
      List<PodSample> pods = new ArrayList<>();
      for (int pod = 0; pod < 4; pod++) {
        double rate = 0.002 * (pod == i / 240 % 4 ? worse : 1);
        int bad = 0;
        for (int n = 0; n < 300; n++) {
          bad += random.nextDouble() < rate ? 1 : 0;
        }
        pods.add(
            new PodSample(
                Track.STABLE,
                "s" + pod,
                Duration.ofHours(1),
                Map.of("errors", new Sample.Rate(bad, 300))));
      }
      past.add(new Tick(i, TICK, "history", Share.NONE, pods, Map.of()));
    }
    return past;
  }
}
