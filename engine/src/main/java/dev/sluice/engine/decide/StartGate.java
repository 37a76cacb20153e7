package dev.sluice.engine.decide;

import dev.sluice.engine.model.CheckSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Nothing begins while something is in the way, or a check before the release has not said yes. */
final class StartGate implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (!c.in(Phase.CHECKING)) {
      return Optional.empty();
    }
    if (c.run().paused()) {
      return c.holds(PauseHolds.PAUSED);
    }
    List<CheckSpec> open = c.open(c.checks(CheckSpec.Moment.BEFORE_RELEASE));
    if (!open.isEmpty()) {
      return Optional.of(waiting(c, open));
    }
    return c.moves(
        c.memory().withWarm(Optional.empty()).with(c.run().enter(Phase.PREPARING, c.now())),
        Reason.of("preparing", "Entry points are pinned and the candidate's pods are started."));
  }

  /** These checks have not said yes; the release stands while one of them says no. */
  static Step waiting(Case c, List<CheckSpec> open) {
    Optional<String> no = c.failed(open.stream());
    String names = open.stream().map(CheckSpec::name).collect(Collectors.joining(", "));
    return new Step(
        c.memory(),
        no.isPresent() ? Condition.HELD : Condition.MOVING,
        no.map(why -> Reason.of("check-failed", "%s It is tried again.", why))
            .orElseGet(() -> Reason.of("checks", "Waits for checks: %s.", names)),
        Optional.empty(),
        names(open));
  }

  static Set<String> names(List<CheckSpec> checks) {
    return checks.stream().map(CheckSpec::name).collect(Collectors.toSet());
  }
}
