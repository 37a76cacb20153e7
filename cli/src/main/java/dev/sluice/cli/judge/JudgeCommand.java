package dev.sluice.cli.judge;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The judge alone, for anybody's data. */
@Command(
    name = "judge",
    description = {
      "Judges a new version by anybody's counts, as a filter: JSON Lines in, a verdict for each tick out.",
      "It reads the standard input: a config, stable's past if it is known, then a line a tick. The answers are Continue,"
          + " Promote, Hold, Retreat or Abort, with the weight to serve next. It moves nothing itself. The lines are"
          + " described in docs/judge.md.",
      "Exit code: 0 the input has ended, 2 a line is malformed: its number and what is wrong are on the error output,"
          + " and every line before it is answered; 4 nobody reads the answers any more."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice judge < examples/judge/good.jsonl",
      "  collect-counts | sluice judge | serve-weights",
      "  sluice judge < examples/judge/bad.jsonl | tail -1"
    })
public final class JudgeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** Filled in by picocli. */
  @SuppressWarnings("NullAway.Init")
  public JudgeCommand() {}

  @Override
  public Integer call() throws Failed, IOException {
    PrintWriter out = spec.commandLine().getOut();
    Filter filter = new Filter(System.in, new Heard(out));
    try {
      filter.run();
      return Exit.SUCCEEDED;
    } catch (Malformed e) {
      throw new Failed(
          Exit.USAGE, "Line %d %s".formatted(Math.max(1, filter.line()), e.getMessage()));
    }
  }
}
