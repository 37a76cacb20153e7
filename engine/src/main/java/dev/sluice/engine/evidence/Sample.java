package dev.sluice.engine.evidence;

import java.util.SortedMap;

/** What one pod (or one side of the gateway) counted of one metric since it was last read. */
public sealed interface Sample {
  /**
   * Events, and the bad ones among them. For a metric that is a level: two sums of which the first
   * is divided by the second, as CPU seconds by requests.
   *
   * @param bad 0 to total; of a level, anything from 0 on
   */
  record Rate(double bad, double total) implements Sample {
    /** As a share: two counters that were not read at the very same moment may be at odds. */
    Rate share() {
      return bad > total ? new Rate(total, total) : this;
    }
  }

  /**
   * A latency histogram.
   *
   * @param le upper bound in seconds → requests at most that slow (cumulative, as Prometheus has
   *     them); the last key is positive infinity and holds the total
   */
  record Buckets(SortedMap<Double, Double> le) implements Sample {}

  /** A level, not a count. */
  record Gauge(double value) implements Sample {}
}
