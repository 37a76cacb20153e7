package dev.sluice.cli.release;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.Progress;
import dev.sluice.cli.scene.ReleaseView;
import dev.sluice.cli.scene.Scene;
import dev.sluice.cli.scene.Standing;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.operator.Decided;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What goes on, as it goes. */
@Command(
    name = "watch",
    description = {
      "Shows a release as it goes, until it ends. Where none runs, the last one is the answer, or"
          + " the next one with --next.",
      "Exit code: 0 succeeded, 1 it was taken back, 2 there is no such thing, 3 it has not ended in"
          + " time, 4 the cluster cannot be asked."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice watch",
      "  sluice watch order-service -n shop --timeout 600",
      "  sluice watch order-service --next      before a new version is deployed",
      "  sluice watch --lab"
    })
public final class WatchCommand implements Callable<Integer> {
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  /** A place that does not answer is asked again for so long. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "of a policy or a release (default: the only policy there is)")
  private @Nullable String name;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "86400",
      description = "the longest to wait (default: a day)")
  private int timeout;

  @Option(names = "--next", description = "waits for the next release if none runs")
  private boolean next;

  @Mixin private Place place;
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public WatchCommand() {}

  @Override
  public Integer call() throws Failed, IOException, InterruptedException {
    try (Scene scene = place.open()) {
      return switch (Meant.by(Optional.ofNullable(name), scene)) {
        case Meant.APolicy(PolicyView policy) -> follow(scene, policy.name(), over(policy));
        case Meant.ARelease one when one.isLast() ->
            follow(scene, one.release().policy(), over(one.policy().orElseThrow()));
        case Meant.ARelease(ReleaseView release, _) -> {
          spec.commandLine().getOut().printf("%s: %s%n", release.name(), release.why());
          yield exit(release.phase());
        }
      };
    }
  }

  /** The release that is over already when somebody waits for the next one. */
  private Optional<String> over(PolicyView policy) {
    return policy.release().filter(_ -> next && policy.phase().filter(Phase::ended).isPresent());
  }

  private static int exit(Optional<Phase> phase) {
    return phase.filter(Phase.SUCCEEDED::equals).isPresent() ? Exit.SUCCEEDED : Exit.FAILED;
  }

  private int follow(Scene scene, String policy, Optional<String> over)
      throws Failed, IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
    long answered = System.nanoTime();
    Optional<Decided> last = Optional.empty();
    String trouble = "";
    try (Progress progress = Progress.on(spec.commandLine().getOut())) {
      while (true) {
        try {
          Standing standing = scene.standing(policy);
          last = tell(standing.saved().decisions(), last, progress);
          progress.stands(standing);
          answered = System.nanoTime();
          trouble = "";
          Optional<Run> run =
              standing.saved().memory().run().filter(r -> !over.equals(Optional.of(r.id())));
          if (run.filter(r -> r.phase().ended()).isPresent()) {
            return exit(run.map(Run::phase));
          }
          Optional<String> noMore = scene.over();
          if (noMore.isPresent()) {
            throw new Failed(Exit.UNREACHABLE, noMore.get());
          }
        } catch (IOException e) {
          if (System.nanoTime() - answered > PATIENCE.toNanos()) {
            throw e;
          }
          String said = String.valueOf(e.getMessage());
          if (!said.equals(trouble)) {
            progress.says(said + " It is asked again.");
            trouble = said;
          }
        }
        if (System.nanoTime() > end) {
          throw new Failed(Exit.HELD, "The release has not ended within %d s.".formatted(timeout));
        }
        Thread.sleep(BETWEEN);
      }
    }
  }

  /** Those that came after the last one that was told. */
  private static Optional<Decided> tell(
      List<Decided> all, Optional<Decided> last, Progress progress) {
    int from = last.map(l -> all.lastIndexOf(l) + 1).orElse(Math.max(0, all.size() - 1));
    all.subList(from, all.size()).forEach(progress::decided);
    return all.isEmpty() ? last : Optional.of(all.getLast());
  }
}
