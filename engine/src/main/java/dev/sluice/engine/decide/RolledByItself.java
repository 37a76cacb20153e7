package dev.sluice.engine.decide;

import dev.sluice.engine.world.PodSet;
import java.util.Optional;

/**
 * Before anything was pinned or made the Deployment has come to another version by a rollout of its
 * own, which began before it was held: what was to be compared with is not what serves.
 */
final class RolledByItself implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (!c.in(Phase.CHECKING)) {
      return Optional.empty();
    }
    Optional<PodSet> serving = c.serving();
    return serving.isEmpty() || serving.get().hash().equals(c.run().versions().stableHash())
        ? Optional.empty()
        : c.moves(
            c.run().enter(Phase.SUPERSEDED, c.now()),
            Reason.of(
                "rolled-natively",
                "The Deployment has rolled to another version by itself, so there is nothing to"
                    + " begin."));
  }
}
