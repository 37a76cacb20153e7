package dev.sluice.engine.decide;

import java.util.Optional;

/** The template is stable's again: nothing is left to release. */
final class RevertEnds implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    boolean reverted = c.world().workload().template().equals(c.run().versions().stableTemplate());
    if (!reverted || !c.run().phase().canTurnBack()) {
      return Optional.empty();
    }
    return c.turnsBack(
        Phase.REVERTED,
        Reason.of(
            "reverted", "The template is stable's again, so the release ends where it began."));
  }
}
