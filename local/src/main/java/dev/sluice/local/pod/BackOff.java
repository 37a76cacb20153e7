package dev.sluice.local.pod;

import java.time.Duration;

/**
 * How long to wait before a process that ended by itself is started again: twice as long each time,
 * up to a ceiling; from the beginning once it has run for a while. As a kubelet does it, with
 * shorter times.
 *
 * @param first wait
 * @param ceiling of all waits
 * @param healthy a process that ran that long begins anew
 */
public record BackOff(Duration first, Duration ceiling, Duration healthy) {
  public static final BackOff USUAL =
      new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(1));

  /** The wait before the n-th start in a row, from 1. */
  Duration before(int start) {
    Duration wait = first.multipliedBy(1L << Math.min(20, Math.max(0, start - 1)));
    return wait.compareTo(ceiling) < 0 ? wait : ceiling;
  }
}
