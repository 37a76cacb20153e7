package dev.sluice.cli.scene;

import dev.sluice.operator.Decided;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Lines, each written once, with the seconds since the beginning. */
final class PlainProgress implements Progress {
  private static final Duration BETWEEN = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final Instant began = Instant.now();
  private Instant shown = began;

  PlainProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void says(String sentence) {
    line(sentence);
  }

  @Override
  public synchronized void decided(Decided decision) {
    line(Frame.decision(decision));
  }

  @Override
  public synchronized void stands(Standing standing) {
    if (Duration.between(shown, Instant.now()).compareTo(BETWEEN) >= 0) {
      shown = Instant.now();
      line("  " + Frame.line(standing));
    }
  }

  @Override
  public void close() {
    out.flush();
  }

  private void line(String text) {
    double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
    out.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, text));
    out.flush();
  }
}
