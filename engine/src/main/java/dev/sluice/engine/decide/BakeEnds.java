package dev.sluice.engine.decide;

import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Strategy;
import java.util.List;
import java.util.Optional;

/** At 100 % with the way back open, until time, checks and people say that it may close. */
final class BakeEnds implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (!c.in(Phase.BAKING)) {
      return Optional.empty();
    }
    List<CheckSpec> open = c.open(c.checks(CheckSpec.Moment.AFTER_FLIP));
    if (!open.isEmpty()) {
      return Optional.of(StartGate.waiting(c, open));
    }
    boolean asks =
        c.spec().strategy() instanceof Strategy.BlueGreen blueGreen
            && blueGreen.approval() == Approval.AFTER
            && !ApprovalGate.isOpen(c, NextStage.BAKE);
    if (asks) {
      return ApprovalGate.waits(c, NextStage.BAKE);
    }
    return c.moves(
        c.run().enter(Phase.HANDING_OVER, c.now()),
        Reason.of("baked", "Nothing was seen against it while it carried everything."));
  }
}
