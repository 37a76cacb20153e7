package dev.sluice.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyStatusTest {
  @Test
  void who_is_held_by_what_somebody_must_mend_is_stalled() {
    assertThat(stalled(Condition.HELD, "blocked")).isTrue();
  }

  @Test
  void who_waits_for_a_person_or_for_more_requests_is_not() {
    assertThat(stalled(Condition.HELD, "approval")).isFalse();
    assertThat(stalled(Condition.HELD, "paused")).isFalse();
    assertThat(stalled(Condition.HELD, "leans-to-harm")).isFalse();
  }

  @Test
  void who_moves_or_has_retreated_is_not() {
    assertThat(stalled(Condition.MOVING, "blocked")).isFalse();
    assertThat(stalled(Condition.RETREATED, "candidate-silent")).isFalse();
  }

  @Test
  void a_release_that_has_just_ended_is_not_at_rest_before_somebody_looked_what_is_asked_for() {
    for (String code : List.of("aborted-by-hand", "superseded", "harm", "handing-over")) {
      assertThat(PolicyStatus.isAtRest(new Reason(code, "A sentence."))).as(code).isFalse();
    }
    for (String code : List.of("idle", "keeping-warm", "warm-over")) {
      assertThat(PolicyStatus.isAtRest(new Reason(code, "A sentence."))).as(code).isTrue();
    }
  }

  private static boolean stalled(Condition condition, String code) {
    return PolicyStatus.isStalled(condition, new Reason(code, "A sentence."));
  }
}
