package dev.sluice.watch;

import java.time.Duration;

/**
 * How long something may be so before it is a violation, where it cannot be told from outside in
 * one moment.
 *
 * @param behind how old the state may be that a write was decided by: a pod that died since then is
 *     nobody's fault
 * @param late within which a wrong that Sluice did not do must be put right: weight on pods that
 *     were lost, a pin on a version that died
 * @param told how long a status may be behind what it tells of
 * @param slack by which a time that was promised may fall short: clocks are read by two
 * @param returns how often within one release one object may go back to the state before the last
 */
public record Limits(Duration behind, Duration late, Duration told, Duration slack, int returns) {
  public static Limits usual() {
    return new Limits(
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        8);
  }
}
