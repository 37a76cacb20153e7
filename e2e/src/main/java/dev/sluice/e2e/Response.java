package dev.sluice.e2e;

import java.time.Duration;
import java.time.Instant;

/**
 * What became of one request.
 *
 * @param due when it was to be sent
 * @param micros from then until it was over, µs; for one in flight until now
 * @param user who sent it, counted from 0
 * @param fresh on a connection of its own, not on a kept one
 * @param status of the answer; 0: none
 * @param version that said it answered; empty: none, so it was no pod
 * @param how it was lost, in a few words; empty: it was not
 */
public record Response(
    Instant due,
    long micros,
    int user,
    boolean fresh,
    Fate fate,
    int status,
    String version,
    String how) {

  /** Whose good, and whose fault. */
  public enum Fate {
    /** By a pod, with anything but 5xx. */
    GOOD,
    /** By a pod, with 5xx: the version's own fault. */
    BAD,
    /** By no pod, though due to be: refused, reset, cut off, timed out, or said by the gateway. */
    LOST,
    /** Not over yet. */
    IN_FLIGHT
  }

  public boolean answered() {
    return fate == Fate.GOOD || fate == Fate.BAD;
  }

  /** When it was over. */
  public Instant over() {
    return due.plus(Duration.ofNanos(micros * 1000));
  }
}
