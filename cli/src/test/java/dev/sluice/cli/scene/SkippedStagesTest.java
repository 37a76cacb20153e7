package dev.sluice.cli.scene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import dev.sluice.operator.Decided;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An adaptive ladder as people see it: what was skipped, and what may be. */
class SkippedStagesTest {
  @Test
  void a_stage_that_was_skipped_is_not_shown_as_one_that_was_passed() {
    assertThat(ladder(2, "small", "half"))
        .isEqualTo(
            "● small 5% ━━ ◌ medium 20% ━━ ◉ half 50% ━━ ○ most 80% ━━ ○ bake ━━ ○ hand-over");
  }

  @Test
  void a_stage_that_was_entered_is() {
    assertThat(ladder(2, "small", "medium", "half")).contains("● medium 20%");
  }

  @Test
  void of_what_the_record_has_forgotten_nothing_is_said() {
    assertThat(ladder(3, "half", "most")).contains("● small 5% ━━ ● medium 20% ━━ ● half 50%");
  }

  @Test
  void before_anything_was_seen_nothing_is_said_against_a_proof() {
    assertThat(said(0, Running.verdict(Duration.ZERO, false, Share.NONE)))
        .contains(
            "Nothing was seen in this stage yet, so when there will be proof cannot be said;"
                + " absence of harm will do in 30m.")
        .doesNotContain("no proof");
  }

  @Test
  void what_is_proven_beyond_the_next_weight_is_said() {
    assertThat(said(0, Running.verdict(Duration.ofMinutes(4), true, Share.percent(60))))
        .contains(
            "What this stage asks for is proven. So are weights up to 60%: stages before that may"
                + " be skipped.");
  }

  @Test
  void where_no_further_stage_is_within_reach_nothing_of_it_is_said() {
    assertThat(said(0, Running.verdict(Duration.ofMinutes(4), true, Share.percent(49))))
        .contains("What this stage asks for is proven.\n")
        .doesNotContain("skipped");
    assertThat(said(2, Running.verdict(Duration.ofMinutes(4), true, Share.ALL)))
        .doesNotContain("skipped");
  }

  private static String ladder(int at, String... entered) {
    return Frame.of(standing(at, Running.verdict(Duration.ZERO, false, Share.NONE), entered))
        .get(1)
        .toString();
  }

  private static String said(int at, Verdict verdict) {
    return Explanation.of(standing(at, verdict, "small")).text("");
  }

  private static Standing standing(int at, Verdict verdict, String... entered) {
    return Running.standing(
        Phase.SHIFTING,
        at,
        Optional.empty(),
        verdict,
        Arrays.stream(entered).map(SkippedStagesTest::entered).toList());
  }

  private static Decided entered(String stage) {
    return new Decided(
        Running.NOW,
        Optional.of("web-7"),
        "stage",
        "Enters stage %s.".formatted(stage),
        Optional.of(Phase.SHIFTING),
        Optional.of(stage),
        Share.NONE,
        1,
        0,
        Condition.MOVING);
  }
}
