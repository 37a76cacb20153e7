package dev.sluice.kubernetes;

import java.time.Duration;
import java.time.Instant;

/**
 * A token bucket: so much at once, and then one each so long. Whoever is fought with writes no more
 * than that.
 */
public final class Bucket {
  private final int most;
  private final Duration each;
  private double tokens;
  private Instant at;

  /**
   * @param most that may go at once
   * @param each after which one more may
   */
  public Bucket(int most, Duration each, Instant now) {
    this.most = most;
    this.each = each;
    this.tokens = most;
    this.at = now;
  }

  /** Takes one if there is one. A clock that went back adds nothing. */
  public synchronized boolean take(Instant now) {
    if (now.isAfter(at)) {
      double more = (double) Duration.between(at, now).toNanos() / each.toNanos();
      tokens = Math.min(most, tokens + more);
    }
    at = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
