package dev.sluice.cli.scene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said where the candidate has all of the traffic, and nobody is beside it. */
class InTheBakeTest {
  private static final Verdict NOTHING = Running.verdict(Duration.ZERO, false, Share.NONE);

  @Test
  void it_is_said_that_stable_is_not_seen_and_what_follows_from_harm() {
    assertThat(said(Optional.empty()))
        .contains(
            "at 100 to 1 it gives the traffic back, and stable shows whether it was the hour.",
            "It cannot see stable while the candidate has all of the traffic, and compares with its"
                + " past.")
        .doesNotContain("It cannot see latency");
  }

  @Test
  void while_stable_is_asked_it_is_the_candidate_that_is_not_seen() {
    assertThat(said(Optional.of(new Reason("worse-than-past", "Stable gets all traffic."))))
        .contains("It cannot see the candidate while stable has all of the traffic.");
  }

  private static String said(Optional<Reason> retreat) {
    return Explanation.of(Running.standing(Phase.BAKING, 3, retreat, NOTHING, List.of())).text("");
  }
}
