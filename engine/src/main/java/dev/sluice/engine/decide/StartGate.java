package dev.sluice.engine.decide;

import dev.sluice.engine.model.CheckSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Nothing begins while something is in the way, or a check before the release has not said yes. */
final class StartGate implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (!c.in(Phase.CHECKING)) {
      return Optional.empty();
    }
    if (!c.world().blockers().isEmpty()) {
      return c.holds(new Reason("refused", String.join(" ", c.world().blockers())));
    }
    if (c.run().paused()) {
      return c.holds(PauseHolds.PAUSED);
    }
    List<String> open = c.open(c.checks(CheckSpec.Moment.BEFORE_RELEASE));
    if (!open.isEmpty()) {
      return Optional.of(waiting(c, open));
    }
    return c.moves(
        c.memory().withWarm(Optional.empty()).with(c.run().enter(Phase.PREPARING, c.now())),
        Reason.of("preparing", "Entry points are pinned and the candidate's pods are started."));
  }

  static Step waiting(Case c, List<String> open) {
    return new Step(
        c.memory(),
        Condition.MOVING,
        Reason.of("checks", "Waits for checks: %s.", String.join(", ", open)),
        Optional.empty(),
        new HashSet<>(open));
  }
}
