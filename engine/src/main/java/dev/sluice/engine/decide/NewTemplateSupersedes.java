package dev.sluice.engine.decide;

import java.util.Optional;

/** A newer template before the hand-over: traffic back, then a release of its own. */
final class NewTemplateSupersedes implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    boolean same = c.world().workload().template().equals(c.run().versions().template());
    if (same || !c.run().phase().canTurnBack()) {
      return Optional.empty();
    }
    return c.turnsBack(
        Phase.SUPERSEDED,
        Reason.of(
            "superseded", "The template changed again, so this release gives way to the next."));
  }
}
