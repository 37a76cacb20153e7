package dev.sluice.operator;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Share;
import java.time.Instant;
import java.util.Optional;

/**
 * One decision, as it is kept and shown.
 *
 * @param release id of the release; empty before the first
 * @param code of the reason, stable, for machines
 * @param sentence for people
 * @param stage name of the stage; empty outside of the stages
 * @param weight share of the ordinary requests that the candidate was asked to get while that was
 *     decided, as it was last seen
 * @param odds of harm, an e-value
 * @param hurt failed requests so far beyond what stable's rate would have given
 */
public record Decided(
    Instant at,
    Optional<String> release,
    String code,
    String sentence,
    Optional<Phase> phase,
    Optional<String> stage,
    Share weight,
    double odds,
    double hurt,
    Condition condition) {
  /** The same, with what has been done since. */
  Decided with(Share served) {
    return new Decided(at, release, code, sentence, phase, stage, served, odds, hurt, condition);
  }

  /** Whether a person would call it the same decision, though its figures have moved. */
  boolean sameAs(Decided other) {
    return release.equals(other.release)
        && code.equals(other.code)
        && phase.equals(other.phase)
        && stage.equals(other.stage)
        && condition == other.condition;
  }
}
