package dev.sluice.engine.evidence;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiConsumer;

/** What one pod (or one side of the gateway) counted of one metric since it was last read. */
public sealed interface Sample {
  /** All events; of a level none. */
  double total();

  /** Those of them that may be health checks and scrapes, which are answered well and fast. */
  double good();

  /** The same without so many good ones. */
  Sample without(double good);

  /**
   * Events, and the bad ones among them. For a metric that is a level: two sums of which the first
   * is divided by the second, as CPU seconds by requests.
   *
   * @param bad 0 to total; of a level, anything from 0 on
   */
  record Rate(double bad, double total) implements Sample {
    @Override
    public double good() {
      return Math.max(0, total - bad);
    }

    @Override
    public Rate without(double good) {
      return new Rate(bad, total(good));
    }

    /** All events {@linkplain #without without} so many good ones. */
    double total(double without) {
      return Math.max(Math.min(bad, total), total - without);
    }

    /** As a share: two counters that were not read at the very same moment may be at odds. */
    Rate share() {
      return bad > total ? new Rate(total, total) : this;
    }
  }

  /**
   * A latency histogram.
   *
   * @param counted upper bound in seconds → requests at most that slow (cumulative, as Prometheus
   *     has them); the last key is positive infinity and holds the total
   * @param hidden how many of them, faster than all bounds, are left out of what it says
   */
  record Buckets(SortedMap<Double, Double> counted, double hidden) implements Sample {
    /** Health checks and scrapes are answered in so many seconds; what takes longer is left. */
    private static final double FAST = 0.1;

    /** Nothing is left out. */
    public Buckets(SortedMap<Double, Double> counted) {
      this(counted, 0);
    }

    public boolean isEmpty() {
      return counted.isEmpty();
    }

    public Set<Double> bounds() {
      return counted.keySet();
    }

    /** Requests at most that slow; 0 where there is no such bound. */
    public double within(Double bound) {
      return within(bound, 0);
    }

    /** The same {@linkplain #without without} so many good ones. */
    double within(Double bound, double without) {
      return Math.max(0, counted.getOrDefault(bound, 0.0) - (hidden + without));
    }

    @Override
    public double total() {
      return total(0);
    }

    /** All events {@linkplain #without without} so many good ones. */
    double total(double without) {
      return counted.isEmpty() ? 0 : within(counted.lastKey(), without);
    }

    @Override
    public double good() {
      for (Map.Entry<Double, Double> bucket : counted.entrySet()) {
        if (bucket.getKey() >= FAST) {
          return Math.min(less(bucket.getValue()), total());
        }
      }
      return 0;
    }

    @Override
    public Buckets without(double good) {
      return new Buckets(counted, hidden + good);
    }

    /** Each bound with the requests within it, from the lowest on. */
    public void forEach(BiConsumer<Double, Double> each) {
      counted.forEach((bound, count) -> each.accept(bound, less(count)));
    }

    private double less(double count) {
      return Math.max(0, count - hidden);
    }
  }

  /** A level, not a count. */
  record Gauge(double value) implements Sample {
    @Override
    public double total() {
      return 0;
    }

    @Override
    public double good() {
      return 0;
    }

    @Override
    public Gauge without(double good) {
      return this;
    }
  }
}
