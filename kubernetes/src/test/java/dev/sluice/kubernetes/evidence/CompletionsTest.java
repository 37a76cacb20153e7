package dev.sluice.kubernetes.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.port.EvidenceSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What pods that come and go have answered. */
class CompletionsTest {
  private final Completions completions = new Completions();

  @Test
  void a_pod_counts_from_its_second_reading_on_and_covers_what_it_missed() {
    saw(pod("a", 100));
    assertThat(completions.of("old")).isZero();
    saw(silent("a"));
    saw(pod("a", 130));
    assertThat(completions.of("old")).isEqualTo(30);
  }

  @Test
  void one_that_restarted_begins_anew_and_one_that_is_gone_takes_nothing_with_it() {
    saw(pod("a", 100), pod("b", 50));
    saw(pod("a", 8), pod("b", 60));
    assertThat(completions.of("old")).isEqualTo(18);
    saw(pod("a", 9));
    assertThat(completions.all()).isEqualTo(19);
  }

  @Test
  void a_pod_of_a_sample_stands_for_those_that_were_not_read() {
    completions.saw(List.of(pod("a", 10)), Map.of("old", 3.0));
    completions.saw(List.of(pod("a", 20)), Map.of("old", 3.0));
    assertThat(completions.of("old")).isEqualTo(30);
  }

  private void saw(EvidenceSource.Pod... pods) {
    completions.saw(List.of(pods), Map.of());
  }

  private static EvidenceSource.Pod pod(String name, int answered) {
    return new EvidenceSource.Pod(
        name,
        "old",
        Duration.ofMinutes(5),
        Map.of("errors", RawCounters.Reading.rate(0, answered)));
  }

  private static EvidenceSource.Pod silent(String name) {
    return new EvidenceSource.Pod(name, "old", Duration.ofMinutes(5), Map.of());
  }
}
