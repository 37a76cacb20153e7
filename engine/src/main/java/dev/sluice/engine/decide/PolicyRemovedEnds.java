package dev.sluice.engine.decide;

import java.util.Optional;

/** The policy is being removed in the middle of a release: traffic back, then nothing of ours. */
final class PolicyRemovedEnds implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (!c.spec().leaving() || !c.run().phase().canTurnBack()) {
      return Optional.empty();
    }
    return c.turnsBack(
        Phase.SUPERSEDED,
        Reason.of("policy-removed", "The policy was removed, so the release ends."));
  }
}
