package dev.sluice.engine.decide;

import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Stage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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
      return gate(c, run.stage() + 1).or(() -> enters(c, furthest(c)));
    }
    List<CheckSpec> open = c.open(c.checks(CheckSpec.Moment.BEFORE_FLIP));
    if (!open.isEmpty()) {
      return Optional.of(StartGate.waiting(c, open));
    }
    return c.moves(
        run.enter(Phase.BAKING, c.now()),
        Reason.of("flip", "All traffic goes to the candidate; the way back stays open."));
  }

  private static Optional<Step> enters(Case c, int next) {
    Run run = c.run();
    List<Stage> stages = c.plan().stages();
    Stage stage = stages.get(next);
    String skipped =
        stages.subList(run.stage() + 1, next).stream()
            .map(Stage::name)
            .collect(Collectors.joining(", "));
    return c.moves(
        run.with(Run.Progress.at(next)).enter(Phase.SHIFTING, c.now()),
        skipped.isEmpty()
            ? Reason.of("stage", "Enters stage %s.", stage.name())
            : Reason.of(
                "stage",
                "Enters stage %s and skips %s: at %s what it may cost is proven to be inside the"
                    + " budget.",
                stage.name(),
                skipped,
                stage.served()));
  }

  /**
   * The stage to be entered: the next one, or on an adaptive ladder the last of which the weight is
   * proven and that nothing stands in front of. Only what evidence of the whole traffic proves is
   * skipped, never what a person or the clock lets pass.
   */
  private static int furthest(Case c) {
    int next = c.run().stage() + 1;
    boolean maySkip =
        c.plan().adaptive()
            && !c.run().progress().promoted()
            && !c.stage().served().isNone()
            && EvidenceGate.isProven(c);
    while (maySkip
        && !c.plan().isLast(next)
        && c.plan().raisesTheWeightAlone(next)
        && c.plan().stages().get(next + 1).served().compareTo(c.verdict().provenUpTo()) <= 0
        && gate(c, next + 1).isEmpty()) {
      next++;
    }
    return next;
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
