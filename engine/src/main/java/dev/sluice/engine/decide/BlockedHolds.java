package dev.sluice.engine.decide;

import java.util.Optional;

/**
 * What two versions beside each other could not bear, or what a release stands on and is not there:
 * it does not begin, and one that is under way stands still. What protects users goes on.
 */
final class BlockedHolds implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    boolean goesOn = c.in(Phase.CHECKING) || c.in(Phase.SHIFTING) || c.in(Phase.BAKING);
    return goesOn && !c.world().blockers().isEmpty()
        ? c.holds(
            new Reason(
                c.in(Phase.CHECKING) ? "refused" : "missing",
                String.join(" ", c.world().blockers())))
        : Optional.empty();
  }
}
