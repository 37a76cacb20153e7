package dev.sluice.cli.scene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whether the judge knows how much stable scatters, or guesses it. */
class PastOfStableTest {
  private static final String GUESSED = "It cannot see what is usual here";

  @Test
  void where_nothing_of_it_was_seen_it_is_said_to_be_guessed() {
    assertThat(said(Calibration.none())).contains(GUESSED);
  }

  @Test
  void where_it_was_seen_there_is_nothing_to_say() {
    Calibration seen = Calibration.of(past(Duration.ofSeconds(200)), Running.analysis());
    assertThat(said(seen)).contains("It cannot see").doesNotContain(GUESSED);
  }

  private static String said(Calibration calibration) {
    return Explanation.of(Running.calibrated(calibration)).text("");
  }

  private static List<Tick> past(Duration length) {
    Duration tick = Duration.ofSeconds(10);
    Map<String, Sample> counted = Map.of("errors", new Sample.Rate(2, 1000));
    return IntStream.range(0, (int) length.dividedBy(tick))
        .mapToObj(
            seq ->
                new Tick(
                    seq,
                    tick,
                    "between releases",
                    Share.NONE,
                    List.of(
                        new PodSample(Track.STABLE, "web-1", Duration.ofHours(1), counted),
                        new PodSample(Track.STABLE, "web-2", Duration.ofHours(1), counted)),
                    Map.of()))
        .toList();
  }
}
