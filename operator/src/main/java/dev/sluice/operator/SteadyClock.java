package dev.sluice.operator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The clock of the wall, as long as it goes as fast as time does. When somebody sets it, this one
 * goes on from where it was, and comes near by one hundredth of the time that passes: it never goes
 * back, and what is measured by it is never off by more than that. Invariant 5: an hour that did
 * not pass is no hour of watching a version, of draining it, or of keeping the old one warm.
 */
public final class SteadyClock implements InstantSource {
  /** Of this process; there is one, so that all that is measured in it fits together. */
  public static final InstantSource SYSTEM =
      new SteadyClock(InstantSource.system(), System::nanoTime);

  private static final long NEARER = 100;

  private final InstantSource wall;
  private final LongSupplier nanos;
  private Instant last;
  private long lastNanos;

  /**
   * @param nanos time that passes, from wherever it is counted
   */
  public SteadyClock(InstantSource wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    this.last = wall.instant();
    this.lastNanos = nanos.getAsLong();
  }

  @Override
  public synchronized Instant instant() {
    long now = nanos.getAsLong();
    Duration passed = Duration.ofNanos(now - lastNanos);
    Duration nearer = passed.dividedBy(NEARER);
    Instant least = last.plus(passed).minus(nearer);
    Instant most = last.plus(passed).plus(nearer);
    Instant said = wall.instant();
    lastNanos = now;
    last = said.isBefore(least) ? least : said.isAfter(most) ? most : said;
    return last;
  }
}
