package dev.sluice.cli.lab;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.world.Command.Action;
import dev.sluice.local.driver.NodeClient;
import dev.sluice.operator.Decided;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One human act, bound to one release; there is a command for each. */
@Command(mixinStandardHelpOptions = true)
public final class ActCommand implements Callable<Integer> {
  private static final Duration TAKEN_UP = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(100);
  private static final Map<Action, String> WHAT =
      Map.of(
          Action.APPROVE, "Says yes to what a release waits for.",
          Action.PROMOTE, "Skips what is left to wait for in this stage.",
          Action.PAUSE, "Stops the clock: nothing goes forward. Harm still aborts.",
          Action.RESUME, "Lets a paused release go on.",
          Action.ABORT, "Takes all traffic back and ends the release.",
          Action.RETRY, "Releases an aborted version once more.",
          Action.UNDO, "Goes back to the version before a release that succeeded.");

  private final Action action;

  @Parameters(
      arity = "0..1",
      paramLabel = "RELEASE",
      description = "which release is meant (default: the last one)")
  private @Nullable String release;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "for approve: which stage (default: the one that waits)")
  private @Nullable String stage;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "why, for the record")
  private String reason;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      defaultValue = "${sys:user.name}",
      description = "who gives it (default: ${DEFAULT-VALUE})")
  private String by;

  @Mixin private FolderOption folder;
  @Spec private CommandSpec spec;

  /** Its other fields are filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  private ActCommand(Action action) {
    this.action = action;
  }

  /** Adds a command for each act. */
  public static CommandLine addAll(CommandLine to) {
    for (Action action : Action.values()) {
      String name = action.name().toLowerCase(Locale.ROOT);
      CommandLine command = new CommandLine(new ActCommand(action));
      command
          .getCommandSpec()
          .usageMessage()
          .description(WHAT.getOrDefault(action, ""))
          .footerHeading("%nExamples:%n")
          .footer("  sluice " + name, "  sluice " + name + " orders-3 --reason \"as agreed\"");
      to.addSubcommand(name, command);
    }
    return to;
  }

  @Override
  public Integer call() throws Failed, IOException, InterruptedException {
    if (stage != null && action != Action.APPROVE) {
      throw new ParameterException(spec.commandLine(), "--stage is for approve only.");
    }
    LabSession session = LabSession.open(folder.folder());
    Run run = meant(session);
    if (session.node().isEmpty()) {
      throw new Failed(
          Exit.USAGE, "The lab of %s has ended, so nothing can be done to it.".formatted(run.id()));
    }
    NodeClient node = session.node().get();
    Instant from = Instant.now();
    String id = node.command(run.id(), action, Optional.ofNullable(stage), by, reason);
    Decided decided = takenUp(id, from);
    spec.commandLine().getOut().println(decided.sentence());
    return decided.code().equals("command-refused") ? Exit.USAGE : Exit.SUCCEEDED;
  }

  private Run meant(LabSession session) throws Failed {
    Optional<Run> last = session.saved().memory().run();
    if (last.isEmpty()) {
      throw new Failed(Exit.USAGE, "Nothing was released so far, so there is nothing to act on.");
    }
    if (release != null && !release.equals(last.get().id())) {
      throw new Failed(
          Exit.USAGE,
          "%s is not under way; the last release is %s.".formatted(release, last.get().id()));
    }
    Phase phase = last.get().phase();
    boolean revives = action == Action.RETRY || action == Action.UNDO;
    if (phase.ended() && !revives) {
      throw new Failed(
          Exit.USAGE,
          "%s has ended as %s; it can no longer be told to %s."
              .formatted(
                  last.get().id(),
                  phase.name().toLowerCase(Locale.ROOT),
                  action.name().toLowerCase(Locale.ROOT)));
    }
    return last.get();
  }

  /** The decision that came of it. */
  private Decided takenUp(String id, Instant from)
      throws Failed, IOException, InterruptedException {
    long end = System.nanoTime() + TAKEN_UP.toNanos();
    while (System.nanoTime() < end) {
      LabSession session = LabSession.open(folder.folder());
      if (session.saved().memory().handled().contains(id)) {
        List<Decided> since =
            session.saved().decisions().stream().filter(d -> !d.at().isBefore(from)).toList();
        return since.stream()
            .filter(d -> d.sentence().contains(by))
            .findFirst()
            .orElseThrow(
                () -> new Failed(Exit.UNREACHABLE, "It was taken up, by nobody knows whom."));
      }
      Thread.sleep(BETWEEN);
    }
    throw new Failed(
        Exit.HELD,
        "The command was given, and nobody has taken it up within %d s. Does sluice lab still run?"
            .formatted(TAKEN_UP.toSeconds()));
  }
}
