package dev.sluice.cli.scene;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Lines, each written once, with the seconds since the beginning. */
public final class TimedLines {
  private final PrintWriter out;
  private final Duration between;
  private final Instant began = Instant.now();
  private Instant said = began;

  /**
   * @param between how long {@link #due} waits from one time to the next
   */
  public TimedLines(PrintWriter out, Duration between) {
    this.out = out;
    this.between = between;
  }

  public synchronized void says(String text) {
    double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
    out.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, text));
    out.flush();
  }

  /** Whether it is time to say again how things stand; if so, the next time is counted from now. */
  public synchronized boolean due() {
    Instant now = Instant.now();
    boolean due = Duration.between(said, now).compareTo(between) >= 0;
    said = due ? now : said;
    return due;
  }
}
