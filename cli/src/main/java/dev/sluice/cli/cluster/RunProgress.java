package dev.sluice.cli.cluster;

import dev.sluice.api.Words;
import dev.sluice.engine.decide.Run;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** A run as lines, each written once, with the seconds since the beginning. */
final class RunProgress implements Listener {
  private static final Duration BETWEEN = Duration.ofSeconds(10);

  private final PrintWriter out;
  private final Instant began = Instant.now();
  private Instant shown = began;

  RunProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void decided(Decided d) {
    String stage = d.stage().map(s -> " " + s).orElse("");
    String where = d.phase().map(p -> Words.of(p) + stage + ": ").orElse("");
    says(d.release().map(r -> r + " ").orElse("") + where + d.sentence());
  }

  @Override
  public synchronized void looked(Look look) {
    Optional<Run> run = look.saved().memory().running();
    if (run.isPresent() && Duration.between(shown, Instant.now()).compareTo(BETWEEN) >= 0) {
      shown = Instant.now();
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
  public synchronized void troubled(String sentence) {
    says(sentence);
  }

  synchronized void says(String text) {
    double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
    out.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, text));
    out.flush();
  }
}
