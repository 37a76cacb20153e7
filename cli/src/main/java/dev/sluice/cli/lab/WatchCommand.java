package dev.sluice.cli.lab;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.operator.Decided;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What goes on, as it goes. */
@Command(
    name = "watch",
    description = {
      "Shows a release as it goes, until it ends.",
      "Exit code: 0 succeeded, 1 it was taken back, 3 it has not ended in time."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  sluice watch", "  sluice watch --timeout 600"})
public final class WatchCommand implements Callable<Integer> {
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "86400",
      description = "the longest to wait (default: a day)")
  private int timeout;

  @Mixin private FolderOption folder;
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public WatchCommand() {}

  @Override
  public Integer call() throws Failed, IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
    try (Progress progress = folder.progress(spec.commandLine().getOut())) {
      Optional<Decided> last = Optional.empty();
      while (true) {
        LabSession session = LabSession.open(folder.folder());
        last = tell(session.saved().decisions(), last, progress);
        progress.stands(session.standing());
        Optional<Run> run = session.saved().memory().run();
        if (run.filter(r -> r.phase().ended()).isPresent()) {
          return run.get().phase() == Phase.SUCCEEDED ? Exit.SUCCEEDED : Exit.FAILED;
        }
        if (session.node().isEmpty()) {
          throw new Failed(Exit.UNREACHABLE, "The lab has ended before the release did.");
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
