package dev.sluice.engine.decide;

import java.util.Optional;

/** The user scaled to zero in the middle of a release: their will. */
final class ScaledToZeroEnds implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (c.replicas() > 0 || !c.run().phase().canTurnBack()) {
      return Optional.empty();
    }
    return c.turnsBack(
        Phase.SUPERSEDED,
        Reason.of(
            "scaled-to-zero",
            "The Deployment was scaled to zero, so the release ends. Scale it up again and it begins"
                + " anew."));
  }
}
