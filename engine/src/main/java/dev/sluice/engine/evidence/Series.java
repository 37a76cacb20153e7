package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How bad and all events of a metric are read from what a pod counted. */
final class Series {
  /** In no histogram: what is asked of a rate. */
  static final Double NO_BOUND = Double.NaN;

  private static final double[] WANTED = {0.01, 0.05};

  private Series() {}

  /**
   * Bad and all events.
   *
   * @param bound for a histogram: slower than so many seconds is bad
   * @return empty where the sample cannot tell: absent, another type, no such bucket
   */
  static Optional<Sample.Rate> read(
      Map<String, Sample> metrics, String metric, OptionalDouble bound) {
    Sample sample = metrics.get(metric);
    Double slower = key(bound);
    double total = total(sample, 0, slower);
    return Double.isNaN(total)
        ? Optional.empty()
        : Optional.of(new Sample.Rate(bad(sample, 0, slower, total), total));
  }

  /** As a histogram has it, made once for all pods. */
  static Double key(OptionalDouble bound) {
    return bound.isPresent() ? Double.valueOf(bound.getAsDouble()) : NO_BOUND;
  }

  /**
   * All events; NaN where the sample cannot tell.
   *
   * @param out good ones that are left out of it
   * @param bound as in {@link #read}; {@link #NO_BOUND}: none
   */
  static double total(@Nullable Sample sample, double out, Double bound) {
    return switch (sample) {
      case Sample.Rate rate -> rate.total(out);
      case Sample.Buckets buckets ->
          buckets.bounds().contains(bound) ? buckets.total(out) : Double.NaN;
      case Sample.Gauge _ -> Double.NaN;
      case null -> Double.NaN;
    };
  }

  /** Bad ones of that total, if any; two counters are not read at the very same moment. */
  static double bad(@Nullable Sample sample, double out, Double bound, double total) {
    return switch (sample) {
      case Sample.Rate rate -> Math.min(rate.bad(), total);
      case Sample.Buckets buckets -> Math.max(0, total - buckets.within(bound, out));
      case Sample.Gauge _ -> 0;
      case null -> 0;
    };
  }

  /**
   * A level as a sum and what it is divided by; a level that is read as it is counts once.
   *
   * @param out good events that are left out of it
   * @return empty where the sample is no level: absent, or a histogram
   */
  static Optional<Sample.Rate> level(@Nullable Sample sample, double out) {
    return switch (sample) {
      case Sample.Rate sums -> Optional.of(sums.without(out));
      case Sample.Gauge gauge -> Optional.of(new Sample.Rate(gauge.value(), 1));
      case Sample.Buckets _ -> Optional.empty();
      case null -> Optional.empty();
    };
  }

  /**
   * Responses that a pod finished, good or bad; NaN where that cannot be told.
   *
   * @param sample of the metric that is {@link #completing}
   * @param out good ones that are left out of it
   */
  static double completions(@Nullable Sample sample, double out) {
    return switch (sample) {
      case Sample.Rate rate -> rate.total(out);
      case Sample.Buckets buckets -> buckets.total(out);
      case Sample.Gauge _ -> Double.NaN;
      case null -> Double.NaN;
    };
  }

  /** Bad ones of so many completions; a histogram does not tell. */
  static double failures(@Nullable Sample sample, double completions) {
    return sample instanceof Sample.Rate rate ? Math.min(rate.bad(), completions) : 0;
  }

  /**
   * The metric by which that pod's responses are counted, if it tells of any: its first one that
   * counts them. Where none of what is judged is counted by the pod itself, its errors are: they
   * are read anyway.
   */
  static String completing(Map<String, Sample> metrics, Analysis analysis) {
    List<Metric> judged = analysis.metrics();
    for (int i = 0; i < judged.size(); i++) {
      if (judged.get(i).kind() == Metric.Kind.RATE
          && metrics.get(judged.get(i).name()) instanceof Sample.Rate) {
        return judged.get(i).name();
      }
    }
    for (int i = 0; i < judged.size(); i++) {
      if (metrics.get(judged.get(i).name()) instanceof Sample.Buckets buckets
          && !buckets.isEmpty()) {
        return judged.get(i).name();
      }
    }
    return Metric.errors().name();
  }

  /** The sum of the histograms of those pods; empty where none has one. */
  static SortedMap<Double, Double> histogram(Tick tick, Predicate<PodSample> those, String metric) {
    SortedMap<Double, Double> sum = new TreeMap<>();
    for (int i = 0; i < tick.counted().size(); i++) {
      PodSample pod = tick.counted().get(i);
      if (those.test(pod) && pod.metrics().get(metric) instanceof Sample.Buckets buckets) {
        buckets
            .without(tick.leftOut(metric).of(i))
            .forEach((bound, count) -> sum.merge(bound, count, Double::sum));
      }
    }
    return sum;
  }

  /**
   * The bounds beyond which a request counts as slow: the one that was asked for (the nearest
   * bucket), or those whose share of slower requests is nearest to what was asked for, or to 1 %
   * and to 5 %.
   *
   * @param histogram of stable, cumulative
   * @return none where the histogram is empty or has no finite bucket
   */
  static List<Double> bounds(Metric metric, SortedMap<Double, Double> histogram) {
    List<Double> finite = new ArrayList<>(histogram.keySet());
    finite.removeIf(bound -> bound.isInfinite() || bound <= 0);
    if (finite.isEmpty()) {
      return List.of();
    }
    if (metric.slowerThan().isPresent()) {
      double wanted = Math.log(TimeBase.seconds(metric.slowerThan().get()));
      return List.of(nearest(finite, bound -> Math.abs(Math.log(bound) - wanted)));
    }
    double total = histogram.lastEntry().getValue();
    List<Double> chosen = new ArrayList<>();
    for (double wanted : wanted(metric)) {
      if (!finite.isEmpty()) {
        Double bound =
            nearest(
                finite,
                le -> {
                  double slower = (total - histogram.getOrDefault(le, 0.0) + 0.5) / (total + 1);
                  return Math.abs(Math.log(slower) - Math.log(wanted));
                });
        chosen.add(bound);
        finite.remove(bound);
      }
    }
    return List.copyOf(chosen);
  }

  private static double[] wanted(Metric metric) {
    return metric.slowest().isPresent() ? new double[] {metric.slowest().getAsDouble()} : WANTED;
  }

  private static Double nearest(List<Double> bounds, ToDoubleFunction<Double> distance) {
    return bounds.stream().min(Comparator.comparingDouble(distance)).orElseThrow();
  }
}
