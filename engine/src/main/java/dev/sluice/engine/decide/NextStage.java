package dev.sluice.engine.decide;

import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Stage;
import java.util.List;
import java.util.Optional;

/**
 * The evidence allows it; people and checks may still want a word. Then the next stage, or the
 * flip.
 */
final class NextStage implements Rule {
  /** The name under which a person approves the end of the bake. */
  static final String BAKE = "bake";

  @Override
  public Optional<Step> apply(Case c) {
    Run run = c.run();
    Stage stage = c.stage();
    if (stage.approval() == Approval.AFTER && !ApprovalGate.isOpen(c, stage.name())) {
      return ApprovalGate.waits(c, stage.name());
    }
    if (!c.plan().isLast(run.stage())) {
      int next = run.stage() + 1;
      return gate(c, next)
          .or(
              () ->
                  c.moves(
                      run.with(Run.Progress.at(next)).enter(Phase.SHIFTING, c.now()),
                      Reason.of("stage", "Enters stage %s.", c.plan().stages().get(next).name())));
    }
    List<CheckSpec> open = c.open(c.checks(CheckSpec.Moment.BEFORE_FLIP));
    if (!open.isEmpty()) {
      return Optional.of(StartGate.waiting(c, open));
    }
    return c.moves(
        run.enter(Phase.BAKING, c.now()),
        Reason.of("flip", "All traffic goes to the candidate; the way back stays open."));
  }

  /** What keeps that stage from being entered: a person's yes, or a check's. */
  static Optional<Step> gate(Case c, int next) {
    Stage stage = c.plan().stages().get(next);
    if (stage.approval() == Approval.BEFORE && !ApprovalGate.isOpen(c, stage.name())) {
      return ApprovalGate.waits(c, stage.name());
    }
    List<CheckSpec> open =
        c.open(
            c.checks(CheckSpec.Moment.BEFORE_STAGE)
                .filter(check -> check.stage().filter(stage.name()::equals).isPresent()));
    return open.isEmpty() ? Optional.empty() : Optional.of(StartGate.waiting(c, open));
  }
}
