package dev.sluice.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counters as they were last read, so that the next reading can be told apart. Plain data, stored
 * with the ledger: whoever takes over continues where the last one stopped.
 *
 * @param pods by pod, then by metric
 */
public record RawCounters(Map<String, Map<String, Reading>> pods) {
  public RawCounters {
    Map<String, Map<String, Reading>> copy = new TreeMap<>();
    pods.forEach((pod, metrics) -> copy.put(pod, Map.copyOf(metrics)));
    pods = Map.copyOf(copy);
  }

  /** Nothing was read yet. */
  public static RawCounters none() {
    return new RawCounters(Map.of());
  }

  /**
   * One metric of one pod, counted since the pod started, or as it is now.
   *
   * @param bounds of a histogram, finite, in seconds; empty: a rate or a level
   * @param values of a rate: bad, total; of a level: itself; of a histogram: at most each bound,
   *     and all at the end
   */
  public record Reading(List<Double> bounds, List<Double> values) {
    public Reading {
      bounds = List.copyOf(bounds);
      values = List.copyOf(values);
      boolean right =
          bounds.isEmpty()
              ? values.size() == 1 || values.size() == 2
              : values.size() == bounds.size() + 1;
      if (!right) {
        throw new IllegalArgumentException(
            "a reading with " + bounds.size() + " bounds cannot have " + values.size() + " values");
      }
    }

    /** A rate, or two sums of which a level is made. */
    public static Reading rate(double bad, double total) {
      return new Reading(List.of(), List.of(bad, total));
    }

    /** A level as it is now. */
    public static Reading level(double value) {
      return new Reading(List.of(), List.of(value));
    }

    /**
     * A histogram.
     *
     * @param le cumulative, with a finite bound at least; the last key is positive infinity
     */
    public static Reading histogram(SortedMap<Double, Double> le) {
      List<Double> finite = le.keySet().stream().filter(Double::isFinite).toList();
      return new Reading(finite, List.copyOf(le.values()));
    }

    /**
     * What was counted since an earlier reading of the same series. A counter that went back was
     * reset, and then all of it was counted since.
     */
    Sample since(Reading before) {
      if (values.size() == 1) {
        return new Sample.Gauge(values.getFirst());
      }
      List<Double> delta = new ArrayList<>(values);
      boolean reset = false;
      for (int i = 0; i < delta.size(); i++) {
        reset |= values.get(i) < before.values().get(i);
      }
      if (!reset) {
        for (int i = 0; i < delta.size(); i++) {
          delta.set(i, values.get(i) - before.values().get(i));
        }
      }
      if (bounds.isEmpty()) {
        return new Sample.Rate(delta.get(0), delta.get(1));
      }
      SortedMap<Double, Double> le = new TreeMap<>();
      double least = 0;
      for (int i = 0; i < delta.size(); i++) {
        least = Math.max(least, delta.get(i));
        le.put(i < bounds.size() ? bounds.get(i) : Double.POSITIVE_INFINITY, least);
      }
      return new Sample.Buckets(le);
    }

    boolean comparable(Reading other) {
      return bounds.equals(other.bounds) && values.size() == other.values.size();
    }
  }
}
