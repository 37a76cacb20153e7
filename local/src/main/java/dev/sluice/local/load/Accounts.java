package dev.sluice.local.load;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the users say happened to them.
 *
 * @param sent requests that were sent
 * @param answered by a pod, whatever it said
 * @param failedBySystem lost by routing, scaling, switching or ending pods: refused, reset, or
 *     answered by the proxy itself
 * @param dropped not sent, because too many were without an answer
 * @param failures of the system by their kind
 * @param sets by the hash of the set that answered
 */
public record Accounts(
    long sent,
    long answered,
    long failedBySystem,
    long dropped,
    Map<String, Long> failures,
    Map<String, OfSet> sets) {
  /**
   * @param bad answered 5xx by a pod of the set
   * @param lost sent to a pod of the set and not answered by it: refused, reset, or timed out
   * @param declined a business outcome: the payment was declined
   * @param p50Millis from the moment the request was due
   * @param firstBad when the first bad or lost one ended
   * @param lastBad when the last one did
   * @param last when the last answer came
   */
  public record OfSet(
      long answered,
      long bad,
      long lost,
      long declined,
      double p50Millis,
      double p99Millis,
      Optional<Instant> firstBad,
      Optional<Instant> lastBad,
      Instant last) {}
}
