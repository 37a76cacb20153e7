package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Metric;
import java.time.Duration;

/**
 * What is harm in one metric, and what is so clearly none that it can be proven.
 *
 * @param latency whether it is judged at bounds
 * @param warmUp younger pods of the candidate are left out
 * @param requests whether what is counted are requests
 * @param factor r of the harm bet: tolerated factor
 * @param points d of the harm bet: tolerated share
 * @param gateFactor below this factor evidence does not count: the effect is too small
 * @param gatePoints the share on top of it
 * @param proofPoints d1 of the non-inferiority bet
 * @param allowed a rate that is no harm whatever stable's is; 0: none
 */
record Terms(
    boolean latency,
    Duration warmUp,
    boolean requests,
    double factor,
    double points,
    double gateFactor,
    double gatePoints,
    double proofPoints,
    double allowed) {
  static Terms of(Metric metric) {
    double factor = metric.tolerance().factor();
    double points = metric.tolerance().points();
    double allowed = metric.allowed().orElse(0);
    return switch (metric.kind()) {
      case RATE, EVENTS ->
          new Terms(
              false,
              metric.warmUp(),
              metric.kind().countsRequests(),
              factor,
              points,
              Math.max(1.25, factor),
              Math.max(1e-4, 2 * points),
              Math.max(5e-4, 10 * points),
              allowed);
      case LATENCY ->
          new Terms(
              true,
              metric.warmUp(),
              true,
              factor,
              points,
              Math.max(1.35, factor),
              Math.max(1e-3, 2 * points),
              Math.max(5e-3, 10 * points),
              allowed);
      case GAUGE, SLOPE ->
          throw new IllegalArgumentException(metric.name() + " is a level: no share of it is bad");
    };
  }

  /** Whether the candidate's rate is so far off that harm means something to a user. */
  boolean matters(double candidateRate, double stableRate) {
    return candidateRate > gateFactor * stableRate + gatePoints && candidateRate > allowed;
  }
}
