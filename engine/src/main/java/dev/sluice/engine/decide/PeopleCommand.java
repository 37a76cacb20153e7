package dev.sluice.engine.decide;

import dev.sluice.engine.model.Approval;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.PodSet;
import java.util.Optional;

/** What a person asks for, once, and only of the release that they named. */
final class PeopleCommand implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    for (Command command : c.world().commands()) {
      if (!c.memory().handled().contains(command.id())) {
        Memory memory = c.memory().withHandled(command.id());
        return obey(c.with(memory), command);
      }
    }
    return Optional.empty();
  }

  private static Optional<Step> obey(Case c, Command command) {
    Optional<Run> run = c.memory().run().filter(r -> r.id().equals(command.release()));
    if (run.isEmpty()) {
      return refuse(c, command, "there is no such release now");
    }
    return run.get().phase().ended() ? ofEnded(c, command) : ofRunning(c, command);
  }

  private static Optional<Step> ofEnded(Case c, Command command) {
    return switch (command.action()) {
      case RETRY -> retry(c, command);
      case UNDO -> undo(c, command);
      case APPROVE, PROMOTE, PAUSE, RESUME, ABORT ->
          refuse(c, command, "it has ended as " + word(c.run().phase()));
    };
  }

  private static Optional<Step> ofRunning(Case c, Command command) {
    Run run = c.run();
    boolean early = run.phase().beforeTraffic();
    if (!run.phase().canTurnBack()) {
      return refuse(
          c,
          command,
          run.phase() == Phase.HANDING_OVER
              ? "it is handing over; give undo once it has succeeded"
              : "it is on its way back");
    }
    return switch (command.action()) {
      case ABORT, UNDO -> c.turnsBack(Phase.ABORTED, by(command, "aborted-by-hand", "aborted it"));
      case APPROVE -> {
        String gate = command.stage().orElseGet(() -> waitingGate(c));
        yield ApprovalGate.refuses(c, command)
            .map(why -> refuse(c, command, why))
            .orElseGet(
                () ->
                    c.moves(
                        run.approve(yes(command, gate)),
                        by(command, "approved", "approved " + gate)));
      }
      case PROMOTE ->
          (early
                  ? Optional.of("no traffic has moved yet; give approve, or wait")
                  : ApprovalGate.refuses(c, command))
              .map(why -> refuse(c, command, why))
              .orElseGet(
                  () ->
                      c.moves(
                          run.approve(yes(command, waitingGate(c)))
                              .with(run.progress().asPromoted()),
                          by(command, "promoted", "promoted it")));
      case PAUSE ->
          run.paused()
              ? refuse(c, command, "it is paused already")
              : c.moves(
                  run.with(run.progress().paused(c.observed().plus(run.progress().discount()))),
                  by(command, "paused", "paused it"));
      case RESUME ->
          run.paused()
              ? c.moves(
                  run.with(run.progress().resumed(c.verdict().observed())),
                  by(command, "resumed", "resumed it"))
              : refuse(c, command, "it is not paused");
      case RETRY -> refuse(c, command, "it has not ended");
    };
  }

  private static Optional<Step> retry(Case c, Command command) {
    Run run = c.run();
    Optional<PodSet> serving = c.serving();
    if (run.phase() != Phase.ABORTED || serving.isEmpty()) {
      return refuse(c, command, "only an aborted release can be tried again");
    }
    String template = c.world().workload().template();
    if (!template.equals(run.versions().template())) {
      return refuse(c, command, "the Deployment asks for another template by now");
    }
    Memory again = c.memory().withoutAborted(template);
    Case next = c.with(again);
    return c.moves(
        NothingRuns.begin(next, serving.get(), template), by(command, "retried", "tries it again"));
  }

  private static Optional<Step> undo(Case c, Command command) {
    Run.Versions was = c.run().versions();
    if (c.run().phase() != Phase.SUCCEEDED) {
      return refuse(c, command, "it did not succeed, so there is nothing to undo");
    }
    if (c.world().set(was.stableHash()).isEmpty()) {
      return refuse(c, command, "the version before it is no longer in the history");
    }
    if (c.serving().filter(s -> s.hash().equals(was.hash())).isEmpty()) {
      return refuse(c, command, "another version serves by now");
    }
    var back = new Run.Versions(was.stableTemplate(), was.stableHash(), was.template(), was.hash());
    String id = c.memory().policy() + "-" + (c.memory().number() + 1);
    Memory memory =
        c.memory()
            .withWarm(Optional.empty())
            .withoutAborted(back.template())
            .withAborted(back.stableTemplate())
            .begin(Run.begin(id, back, true, c.now()));
    return c.moves(memory, by(command, "undone", "undid it"));
  }

  private static Yes yes(Command command, String gate) {
    return new Yes(gate, command.by(), command.at());
  }

  /** What a yes would let through now. */
  private static String waitingGate(Case c) {
    if (c.in(Phase.BAKING)) {
      return NextStage.BAKE;
    }
    if (c.run().phase().beforeTraffic()) {
      return c.stage().name();
    }
    boolean after = c.stage().approval() == Approval.AFTER || c.plan().isLast(c.run().stage());
    return after ? c.stage().name() : c.plan().stages().get(c.run().stage() + 1).name();
  }

  private static Optional<Step> refuse(Case c, Command command, String why) {
    return c.moves(
        c.memory(),
        Reason.of(
            "command-refused",
            "%s of %s by %s was refused: %s.",
            word(command.action()),
            command.release(),
            command.by(),
            why));
  }

  private static Reason by(Command command, String code, String did) {
    String said = command.reason().isBlank() ? "" : " Reason given: " + command.reason();
    return new Reason(code, command.by() + " " + did + "." + said);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
