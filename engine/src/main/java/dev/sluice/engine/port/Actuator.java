package dev.sluice.engine.port;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.sequence.Write;
import java.io.IOException;
import java.util.Optional;

/** Writes to the world. */
public interface Actuator {
  /**
   * Goes on with what one write alone does not end: what {@link Write.StartCheck} began, and what
   * others have undone. Called before each look; done twice it is done once, and whoever is killed
   * in the middle of it is followed by the next one that does it.
   *
   * @param memory says which release runs
   * @return what stands in the way of it and stops nothing else, a sentence; empty: nothing does
   * @throws IOException if what must be there before anything is decided could not be written;
   *     nothing is decided then
   */
  default Optional<String> advance(Memory memory) throws IOException {
    return Optional.empty();
  }

  /** Does one write, after asking its precondition again of the freshest world there is. */
  Outcome apply(Write write);

  /** How a write ended. Whatever it is, the next step is to observe again. */
  sealed interface Outcome {
    record Applied() implements Outcome {}

    /** The object, or what the write relies on, is no longer as it was seen. */
    record Conflict(String why) implements Outcome {}

    /** It will not be done, however often it is tried. */
    record Refused(String why) implements Outcome {}

    /** Nobody can say whether it was done. */
    record Unknown(String why) implements Outcome {}
  }
}
