package dev.sluice.engine.decide;

import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.CheckSpec.OnNo;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.RouteState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The first stage is entered with pods that are ready for it, and not before. */
final class PodsBeforeTraffic implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (!c.in(Phase.PREPARING)) {
      return Optional.empty();
    }
    Share share = c.plan().toCarry(0);
    int needed = c.need(share);
    if (c.candidateReady() < needed) {
      return late(c, needed);
    }
    if (Targets.stageSplit(c).isPresent()
        && c.world().route().flatMap(RouteState::split).isEmpty()) {
      return c.waits(
          Reason.of("route", "The route is told of the candidate's Service; nobody is sent yet."));
    }
    if (c.run().paused()) {
      return c.holds(PauseHolds.PAUSED);
    }
    List<CheckSpec> open = c.open(c.checks(CheckSpec.Moment.BEFORE_TRAFFIC));
    if (!open.isEmpty()) {
      return Optional.of(StartGate.waiting(c, open));
    }
    return NextStage.gate(c, 0)
        .or(
            () ->
                c.moves(
                    c.run().enter(Phase.SHIFTING, c.now()),
                    Reason.of("stage", "Enters stage %s.", c.stage().name())));
  }

  /** Meanwhile the way back is rehearsed, which asks nothing of the candidate. */
  private static Optional<Step> late(Case c, int needed) {
    Optional<String> trouble = c.world().set(c.run().versions().hash()).flatMap(PodSet::trouble);
    Instant deadline = c.run().since().plus(c.spec().prepareWithin());
    String seen =
        "%d of %d pods of the candidate are ready%s"
            .formatted(c.candidateReady(), needed, trouble.map(t -> " (" + t + ")").orElse(""));
    if (!c.now().isBefore(deadline)) {
      return c.turnsBack(
          Phase.ABORTED,
          Reason.of(
              "candidate-not-ready",
              "After %s only %s.",
              Words.duration(c.spec().prepareWithin()),
              seen));
    }
    List<CheckSpec> rehearsals =
        c.open(c.checks(CheckSpec.Moment.BEFORE_TRAFFIC).filter(s -> s.onNo() == OnNo.HOLD));
    return Optional.of(
        new Step(
            c.memory(),
            Condition.MOVING,
            Reason.of("pods", "Waits: %s.", seen),
            Optional.of(deadline),
            StartGate.names(rehearsals)));
  }
}
