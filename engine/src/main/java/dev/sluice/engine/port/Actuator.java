package dev.sluice.engine.port;

import dev.sluice.engine.sequence.Write;

/** Writes to the world. */
public interface Actuator {
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
