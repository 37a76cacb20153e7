package dev.sluice.engine.model;

import java.time.Duration;
import java.util.List;

/**
 * One step of a canary.
 *
 * @param name unique within the plan
 * @param weight share of ordinary requests that the candidate gets; never less than the stage
 *     before
 * @param match requests that go to the candidate whatever the weight; once open it stays open until
 *     the flip, so an empty list means "as before"
 * @param min least observed time before the stage may be passed
 * @param max observed time after which absence of harm, rather than proof, may pass the stage; at
 *     least min
 * @param approval whether a person must say yes before it is entered or left
 * @param holdback part of the weight that stays with stable, so that a baseline runs beside the
 *     candidate
 * @param mirror share of stable's requests that the candidate gets a copy of; its answers are
 *     thrown away
 */
public record Stage(
    String name,
    Share weight,
    List<Match> match,
    Duration min,
    Duration max,
    Approval approval,
    Share holdback,
    Share mirror) {
  public Stage {
    match = List.copyOf(match);
  }

  /** What the route serves in this stage: the weight less the holdback. */
  public Share served() {
    return weight.minus(holdback);
  }
}
