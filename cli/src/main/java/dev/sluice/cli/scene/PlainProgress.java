package dev.sluice.cli.scene;

import dev.sluice.operator.Decided;
import java.io.PrintWriter;
import java.time.Duration;

/** A line for each thing that happens, and now and then how it stands. */
final class PlainProgress implements Progress {
  private final TimedLines lines;

  PlainProgress(PrintWriter out) {
    this.lines = new TimedLines(out, Duration.ofSeconds(5));
  }

  @Override
  public void says(String sentence) {
    lines.says(sentence);
  }

  @Override
  public void decided(Decided decision) {
    lines.says(Frame.decision(decision));
  }

  @Override
  public void stands(Standing standing) {
    if (lines.due()) {
      lines.says("  " + Frame.line(standing));
    }
  }

  /** Each line was flushed. */
  @Override
  public void close() {}
}
