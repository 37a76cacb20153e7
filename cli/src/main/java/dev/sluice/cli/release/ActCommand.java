package dev.sluice.cli.release;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.Act;
import dev.sluice.cli.scene.Given;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.world.Command.Action;
import dev.sluice.operator.Decided;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final Duration BETWEEN = Duration.ofMillis(200);

  /** As the schema of ReleaseCommand has it. */
  private static final int MOST_REASON = 1024;

  private static final String EXIT =
      "Exit code: 0 done, 2 refused or there is no such release, 3 nobody has taken it up in time,"
          + " 4 no right to it, or the cluster cannot be asked.";
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
      paramLabel = "NAME",
      description = "of a policy, or of its release (default: the only policy there is)")
  private @Nullable String name;

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
      description = "in a lab: who gives it (default: who you are); a cluster knows by itself")
  private @Nullable String by;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "in a lab: a group that they are in; may be said again")
  private Set<String> groups = Set.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "how long to wait until it is taken up (default: ${DEFAULT-VALUE})")
  private int timeout;

  @Mixin private Place place;
  @Spec private CommandSpec spec;

  /** Its other fields are filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  private ActCommand(Action action) {
    this.action = action;
  }

  /** The command by which people do that. */
  public static CommandLine of(Action action) {
    String name = word(action);
    CommandLine command = new CommandLine(new ActCommand(action));
    command
        .getCommandSpec()
        .usageMessage()
        .description(WHAT.getOrDefault(action, ""), EXIT)
        .footerHeading("%nExamples:%n")
        .footer(
            "  sluice " + name,
            "  sluice " + name + " order-service -n shop --reason \"as agreed\"",
            "  sluice " + name + " --lab");
    return command;
  }

  @Override
  public Integer call() throws Failed, IOException, InterruptedException {
    check();
    try (Scene scene = place.open()) {
      Act act = act(Meant.by(Optional.ofNullable(name), scene));
      Given given = scene.give(act);
      Decided answer = answer(scene, given);
      spec.commandLine().getOut().printf("%s: %s%n", act.release(), answer.sentence());
      return answer.code().equals(Given.REFUSED) ? Exit.USAGE : Exit.SUCCEEDED;
    }
  }

  private void check() {
    if (stage != null && action != Action.APPROVE) {
      throw new ParameterException(spec.commandLine(), "--stage is for approve only.");
    }
    if ((by != null || !groups.isEmpty()) && !place.isLab()) {
      throw new ParameterException(
          spec.commandLine(),
          "--by and --group are for a lab: a cluster knows who gives a command.");
    }
    if (reason.length() > MOST_REASON) {
      throw new ParameterException(
          spec.commandLine(),
          "--reason has %d letters; write at most %d.".formatted(reason.length(), MOST_REASON));
    }
  }

  /** Bound to the release that is under way, or to the last one. */
  private Act act(Meant meant) throws Failed {
    PolicyView policy =
        switch (meant) {
          case Meant.APolicy one -> one.policy();
          case Meant.ARelease one ->
              one.policy()
                  .orElseThrow(
                      () ->
                          new Failed(
                              Exit.USAGE,
                              "The policy of %s, %s, is not there any more, so nobody would take it"
                                      .formatted(one.release().name(), one.release().policy())
                                  + " up."));
        };
    String last =
        policy
            .release()
            .orElseThrow(
                () ->
                    new Failed(
                        Exit.USAGE,
                        "Nothing was released by %s so far, so there is nothing to act on."
                            .formatted(policy.name())));
    if (meant instanceof Meant.ARelease one && !one.isLast()) {
      throw new Failed(
          Exit.USAGE,
          "%s is not under way; the last release is %s.".formatted(one.release().name(), last));
    }
    boolean revives = action == Action.RETRY || action == Action.UNDO;
    Optional<Phase> ended = policy.phase().filter(Phase::ended);
    if (ended.isPresent() && !revives) {
      throw new Failed(
          Exit.USAGE,
          "%s has ended as %s; it can no longer be told to %s."
              .formatted(last, word(ended.get()), word(action)));
    }
    return new Act(
        policy.name(),
        last,
        action,
        Optional.ofNullable(stage),
        by == null ? System.getProperty("user.name", "somebody") : by,
        groups,
        reason);
  }

  /** The decision that came of it. */
  private Decided answer(Scene scene, Given given)
      throws Failed, IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
    Optional<IOException> unanswered;
    do {
      Optional<List<Decided>> since = Optional.empty();
      unanswered = Optional.empty();
      try {
        since = scene.since(given);
      } catch (IOException e) {
        unanswered = Optional.of(e);
      } catch (Failed e) {
        throw new Failed(
            e.exit(),
            "%s was told to %s, and what came of it cannot be read: %s"
                .formatted(given.act().release(), word(action), e.getMessage()));
      }
      if (since.isPresent()) {
        return given
            .answer(since.get())
            .orElseThrow(
                () ->
                    new Failed(
                        Exit.HELD,
                        "%s was told to %s before, and nothing new was decided. See: sluice explain %s %s"
                            .formatted(
                                given.act().release(),
                                word(action),
                                given.act().policy(),
                                scene.flags())));
      }
      Thread.sleep(BETWEEN);
    } while (System.nanoTime() < end);
    if (unanswered.isPresent()) {
      throw new Failed(
          Exit.UNREACHABLE,
          "%s was told to %s, and whether it was taken up cannot be seen: %s"
              .formatted(given.act().release(), word(action), unanswered.get().getMessage()));
    }
    throw nobody(scene, given);
  }

  /** A release that began meanwhile is not what was meant. */
  private Failed nobody(Scene scene, Given given) throws Failed, IOException {
    String release = given.act().release();
    Optional<String> now = scene.policy(given.act().policy()).flatMap(PolicyView::release);
    if (now.isPresent() && !now.get().equals(release)) {
      return new Failed(
          Exit.USAGE,
          "%s is over, and %s has begun; the command was for %s and does nothing any more."
              .formatted(release, now.get(), release));
    }
    return new Failed(
        Exit.HELD,
        "%s was told to %s, and nobody has taken it up within %d s. %s"
            .formatted(release, word(action), timeout, scene.nobody(given)));
  }

  /** What people write for it. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
