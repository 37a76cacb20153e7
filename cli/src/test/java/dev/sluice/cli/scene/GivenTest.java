package dev.sluice.cli.scene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.world.Command.Action;
import dev.sluice.operator.Decided;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which decision is the answer to a command. */
class GivenTest {
  private static final Given ABORT =
      new Given(
          new Act("web", "web-1", Action.ABORT, Optional.empty(), "", Set.of(), "it burns"),
          "id",
          "abort-x",
          "ana",
          Instant.EPOCH);

  @Test
  void what_its_giver_did_is_the_answer() {
    Decided other = decided("harm", "Anarchy in the logs was seen, ana says.");
    Decided mine = decided("aborted-by-hand", "ana aborted it. Reason given: it burns");
    assertThat(ABORT.answer(List.of(other, mine))).contains(mine);
  }

  @Test
  void a_refusal_of_another_command_is_not_the_answer() {
    Decided other = decided(Given.REFUSED, "resume of web-1 by ana was refused: it is not paused.");
    Decided mine = decided(Given.REFUSED, "abort of web-1 by ana was refused: it is handing over.");
    assertThat(ABORT.answer(List.of(other))).isEmpty();
    assertThat(ABORT.answer(List.of(other, mine))).contains(mine);
  }

  private static Decided decided(String code, String sentence) {
    return Views.decided("web-1", Phase.SHIFTING, code, sentence, 1);
  }
}
