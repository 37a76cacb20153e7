package dev.sluice.engine.ladder;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What follows from one tick.
 *
 * @param next percent that the candidate should get from now on: 0 after abort and retreat
 * @param stage that the tick was judged in
 * @param odds combined evidence of harm, an e-value; at most 1e300
 * @param metric that leans most to harm; empty where none does
 * @param hurt failed requests so far beyond what stable's rate would have given
 * @param upperBound the excess share of bad requests is below this, with 95 % confidence; empty
 *     where nothing can be said
 * @param armed whether evidence alone may abort
 * @param reason a sentence for people
 */
public record Answer(
    Kind verdict,
    double next,
    String stage,
    double odds,
    Optional<String> metric,
    double hurt,
    OptionalDouble upperBound,
    boolean armed,
    String reason) {
  /** What to do. */
  public enum Kind {
    /** Serve the same; nothing stands in the way but time and evidence. */
    CONTINUE,
    /** Serve more. */
    PROMOTE,
    /** Serve the same; a person should look. */
    HOLD,
    /** Serve stable alone until further notice. */
    RETREAT,
    /** Serve stable alone; this version is over. */
    ABORT
  }

  /** The same for a tick after the end. */
  Answer after() {
    return verdict == Kind.PROMOTE
        ? new Answer(
            Kind.CONTINUE,
            next,
            stage,
            odds,
            metric,
            hurt,
            upperBound,
            armed,
            "The ladder is done.")
        : this;
  }
}
