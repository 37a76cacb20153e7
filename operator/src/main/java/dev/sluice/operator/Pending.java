package dev.sluice.operator;

import dev.sluice.engine.sequence.Write;
import java.util.Optional;

/**
 * Writes that were not done, or of which nobody knows. Once is nothing to tell: the next round
 * tries again. That it goes on is.
 */
final class Pending {
  /** By the patience of the loop that is about a second. */
  private static final int ROUNDS = 5;

  private int rounds;
  private boolean failing;
  private String last = "";

  /** The next round of writes begins. */
  void round() {
    rounds = failing ? rounds : 0;
    failing = false;
  }

  void failed(Write write, String why) {
    rounds = failing ? rounds : rounds + 1;
    failing = true;
    last =
        "The write %s is not done for now, and is tried again: %s"
            .formatted(write.getClass().getSimpleName(), why);
  }

  /** What is in the way; empty: nothing that lasts. */
  Optional<String> sentence() {
    return failing && rounds >= ROUNDS ? Optional.of(last) : Optional.empty();
  }
}
