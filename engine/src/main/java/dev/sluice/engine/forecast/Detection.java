package dev.sluice.engine.forecast;

import java.time.Duration;

/**
 * What becomes of a version that begins to fail in a stage.
 *
 * @param stage in which it begins to fail; the bake is one
 * @param errors share of its answers that are bad, 0..1
 * @param end how the stage ends
 * @param after so long after it began to fail
 * @param hurt requests that failed until then and would not have with stable
 * @param why in the decider's words
 */
public record Detection(
    String stage, double errors, End end, Duration after, double hurt, String why) {
  /** How a stage ends in which a version fails. */
  public enum End {
    /** The traffic goes back. */
    TAKEN_BACK,
    /** The release stands, and a person is asked. */
    HELD,
    /** The stage is passed: this harm is not told from chance in it. */
    NOT_SEEN
  }
}
