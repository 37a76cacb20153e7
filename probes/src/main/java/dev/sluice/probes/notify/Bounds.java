package dev.sluice.probes.notify;

import java.time.Duration;

/**
 * What one receiver may cost.
 *
 * @param waiting notices that wait for it; more are dropped
 * @param tries of one notice
 * @param first wait before the second try; each is twice as long, with jitter
 * @param longest wait between two
 * @param within all tries of one notice
 * @param perMinute notices
 */
record Bounds(
    int waiting, int tries, Duration first, Duration longest, Duration within, int perMinute) {
  static final Bounds USUAL =
      new Bounds(32, 6, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(2), 20);
}
