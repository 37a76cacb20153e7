package dev.sluice.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Whole releases as they should be: there is nothing to say about them. */
class WatcherTest {
  @Test
  void a_good_release_breaks_nothing() {
    Story story =
        Story.opened()
            .succeeded()
            .passes(61)
            .set(Writer.SLUICE, Story.STABLE, 0)
            .ready(Story.STABLE, 0)
            .in(Story.STABLE)
            .unpins()
            .passes(60)
            .nothing();
    assertThat(story.violations()).isEmpty();
    Counts counts = story.watcher.counts();
    assertThat(counts.pods()).containsEntry(Story.CANDIDATE, 4L).containsEntry(Story.STABLE, 4L);
    assertThat(counts.writes()).containsEntry("Service", 9L);
    assertThat(counts.generations()).containsKey("Deployment shop");
  }

  @Test
  void an_abort_breaks_nothing() {
    Story story =
        Story.opened()
            .atHalf()
            .passes(3)
            .says("Aborting", "", "0%")
            .split(0)
            .passes(2)
            .noSplit()
            .noOwnService()
            .set(Writer.SLUICE, Story.CANDIDATE, 0)
            .ready(Story.CANDIDATE, 0)
            .unpins()
            .says("Aborted", "", "0%");
    assertThat(story.violations()).isEmpty();
  }

  @Test
  void a_flip_back_breaks_nothing() {
    Story story =
        Story.opened()
            .baking()
            .passes(3)
            .says("Aborting", "", "0%")
            .pins(Story.STABLE)
            .passes(2)
            .noSplit()
            .noOwnService()
            .set(Writer.SLUICE, Story.CANDIDATE, 0)
            .ready(Story.CANDIDATE, 0)
            .unpins()
            .says("Aborted", "", "0%");
    assertThat(story.violations()).isEmpty();
  }

  @Test
  void a_lost_request_is_a_violation_and_a_versions_own_fault_is_none() {
    Story story = Story.opened();
    Instant due = Instant.parse("2026-01-01T12:00:00Z");
    story.watcher.saw(new Answer(due, due.plusMillis(4), "v1", 200, true, ""));
    story.watcher.saw(new Answer(due, due.plusMillis(5), "v2", 500, true, ""));
    assertThat(story.violations()).isEmpty();
    story.watcher.saw(new Answer(due, due.plusSeconds(1), "", 503, false, "503 by the gateway"));
    assertThat(story.broken()).containsExactly("lost");
    assertThat(story.watcher.counts())
        .extracting(Counts::answers, Counts::hurt, Counts::lost)
        .containsExactly(3L, 1L, 1L);
  }

  @Test
  void of_one_invariant_the_first_violations_are_kept_and_the_rest_is_counted() {
    Story story = Story.opened();
    Instant due = Instant.parse("2026-01-01T12:00:00Z");
    for (int i = 0; i < 1000; i++) {
      story.watcher.saw(new Answer(due, due.plusMillis(i), "", 0, false, "refused"));
    }
    assertThat(story.violations()).hasSize(21);
    assertThat(story.violations().getLast().sentence()).contains("1000 times");
  }
}
