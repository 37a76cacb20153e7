package dev.sluice.cli.cluster;

import dev.sluice.api.Words;
import dev.sluice.cli.scene.TimedLines;
import dev.sluice.engine.decide.Run;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;

/** A run as lines. */
final class RunProgress implements Listener {
  private final TimedLines lines;

  RunProgress(PrintWriter out) {
    this.lines = new TimedLines(out, Duration.ofSeconds(10));
  }

  @Override
  public void decided(Decided d) {
    String stage = d.stage().map(s -> " " + s).orElse("");
    String where = d.phase().map(p -> Words.of(p) + stage + ": ").orElse("");
    says(d.release().map(r -> r + " ").orElse("") + where + d.sentence());
  }

  @Override
  public void looked(Look look) {
    Optional<Run> run = look.saved().memory().running();
    if (run.isPresent() && lines.due()) {
      String versions =
          "  %d of %d pods of the candidate ready, odds %.1f, hurt %.0f"
              .formatted(
                  look.world().ready(run.get().versions().hash()),
                  look.world().set(run.get().versions().hash()).map(s -> s.size()).orElse(0),
                  look.verdict().odds(),
                  look.verdict().hurt());
      says(versions + look.saved().reason().map(r -> "; " + r.sentence()).orElse(""));
    }
  }

  @Override
  public void troubled(String sentence) {
    says(sentence);
  }

  void says(String text) {
    lines.says(text);
  }
}
