package dev.sluice.engine.decide;

import java.util.Optional;

/** Evidence of harm: the way back, at once, whoever has paused, approved or promoted. */
final class HarmAborts implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    boolean judged = c.running().isPresent() && (c.in(Phase.SHIFTING) || c.in(Phase.BAKING));
    if (!judged || c.verdict().harm().isEmpty()) {
      return Optional.empty();
    }
    return c.turnsBack(Phase.ABORTED, new Reason("harm", c.verdict().harm().get().sentence()));
  }
}
