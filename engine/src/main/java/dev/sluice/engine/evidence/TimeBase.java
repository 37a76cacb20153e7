package dev.sluice.engine.evidence;

import java.time.Duration;

/** The constants of the judge were found at ticks of 10 s; this carries them to any other. */
final class TimeBase {
  /** Seconds that rates per pod, decays and calibration blocks are stated for. */
  static final double UNIT = 10;

  private TimeBase() {}

  static double seconds(Duration length) {
    return length.toNanos() / 1e9;
  }

  /** What fixed-share ledgers deal out again each tick. */
  static double share(double tickSeconds) {
    return Math.min(0.5, tickSeconds / 3000);
  }

  /** A decay stated per 10 s, over so many seconds. */
  static double decay(double perUnit, double seconds) {
    return Math.pow(perUnit, seconds / UNIT);
  }

  /**
   * The most that one tick may say for harm, in nats per metric and expert: 1.2 at 2 s and 2.1 at
   * 10 s, or 2.1 and 3.2 where the excess is that of an outage; linear between, constant beyond. A
   * minimum with a constant keeps a supermartingale one, and no burst of any shape within one tick
   * can then abort a release.
   */
  static double cap(double tickSeconds, double excess) {
    double along = Math.clamp((tickSeconds - 2) / 8, 0, 1);
    return excess > 0.05 ? 2.1 + along * 1.1 : 1.2 + along * 0.9;
  }
}
