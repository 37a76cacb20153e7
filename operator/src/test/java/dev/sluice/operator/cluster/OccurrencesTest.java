package dev.sluice.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Notify.Occasion;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Share;
import dev.sluice.operator.Decided;
import dev.sluice.operator.cluster.Occurrences.Occurrence;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Given what is decided, what people are told. */
class OccurrencesTest {
  private final Occurrences occurrences = new Occurrences();

  static Decided decided(int release, String code, Phase phase, Condition condition) {
    return new Decided(
        Instant.parse("2026-11-26T03:14:15Z").plusSeconds(release * 1000L + code.hashCode() % 500),
        Optional.of("orders-" + release),
        code,
        "A sentence of " + code + ".",
        Optional.of(phase),
        phase == Phase.SHIFTING ? Optional.of("half") : Optional.empty(),
        Share.percent(50),
        3.5,
        2,
        condition);
  }

  private List<Occasion> told(int release, String code, Phase phase, Condition condition) {
    return occurrences.of(decided(release, code, phase, condition)).stream()
        .map(Occurrence::occasion)
        .toList();
  }

  @Test
  void a_good_release_is_told_of_twice() {
    assertThat(told(1, "template-changed", Phase.CHECKING, Condition.MOVING))
        .containsExactly(Occasion.STARTED);
    assertThat(told(1, "preparing", Phase.PREPARING, Condition.MOVING)).isEmpty();
    assertThat(told(1, "stage", Phase.SHIFTING, Condition.MOVING)).isEmpty();
    assertThat(told(1, "flip", Phase.BAKING, Condition.MOVING)).isEmpty();
    assertThat(told(1, "succeeded", Phase.SUCCEEDED, Condition.MOVING))
        .containsExactly(Occasion.SUCCEEDED);
    assertThat(told(1, "keeping-warm", Phase.SUCCEEDED, Condition.MOVING)).isEmpty();
    assertThat(told(2, "template-changed", Phase.CHECKING, Condition.MOVING))
        .containsExactly(Occasion.STARTED);
  }

  @Test
  void a_bad_one_is_told_of_when_the_way_back_begins_and_not_again_when_it_has_ended() {
    var _ = told(1, "template-changed", Phase.CHECKING, Condition.MOVING);
    assertThat(told(1, "harm", Phase.ABORTING, Condition.MOVING)).containsExactly(Occasion.ABORTED);
    assertThat(told(1, "still-served", Phase.ABORTING, Condition.HELD))
        .containsExactly(Occasion.HELD);
    assertThat(told(1, "harm", Phase.ABORTED, Condition.MOVING)).isEmpty();
    assertThat(told(1, "aborted-stands", Phase.ABORTED, Condition.HELD)).isEmpty();
  }

  @Test
  void what_a_person_asked_for_by_another_template_has_a_name_of_its_own() {
    assertThat(told(1, "superseded", Phase.ABORTING, Condition.MOVING))
        .contains(Occasion.SUPERSEDED);
    assertThat(told(1, "superseded", Phase.SUPERSEDED, Condition.MOVING)).isEmpty();
    assertThat(told(2, "reverted", Phase.ABORTING, Condition.MOVING)).contains(Occasion.REVERTED);
    assertThat(told(3, "aborted-by-hand", Phase.ABORTING, Condition.MOVING))
        .contains(Occasion.ABORTED);
  }

  @Test
  void a_reason_is_told_once_a_stage_however_often_it_comes_and_goes() {
    var _ = told(1, "template-changed", Phase.CHECKING, Condition.MOVING);
    assertThat(told(1, "no-data", Phase.SHIFTING, Condition.HELD)).containsExactly(Occasion.HELD);
    assertThat(told(1, "evidence", Phase.SHIFTING, Condition.MOVING)).isEmpty();
    assertThat(told(1, "no-data", Phase.SHIFTING, Condition.HELD)).isEmpty();
    assertThat(told(1, "no-data", Phase.BAKING, Condition.HELD)).containsExactly(Occasion.HELD);
    assertThat(told(1, "approval", Phase.SHIFTING, Condition.HELD))
        .containsExactly(Occasion.WAITING);
    assertThat(told(1, "candidate-silent", Phase.SHIFTING, Condition.RETREATED))
        .containsExactly(Occasion.RETREATED);
  }

  @Test
  void what_was_decided_before_is_taken_as_told() {
    occurrences.before(
        List.of(
            decided(1, "template-changed", Phase.CHECKING, Condition.MOVING),
            decided(1, "no-data", Phase.SHIFTING, Condition.HELD)));
    assertThat(told(1, "no-data", Phase.SHIFTING, Condition.HELD)).isEmpty();
    assertThat(told(1, "harm", Phase.ABORTING, Condition.MOVING)).containsExactly(Occasion.ABORTED);
  }

  @Test
  void without_a_release_there_is_nothing_to_tell() {
    Decided idle =
        new Decided(
            Instant.EPOCH,
            Optional.empty(),
            "idle",
            "One version serves.",
            Optional.empty(),
            Optional.empty(),
            Share.NONE,
            1,
            0,
            Condition.MOVING);
    assertThat(occurrences.of(idle)).isEmpty();
  }
}
