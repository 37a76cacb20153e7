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
import java.util.function.ToDoubleFunction;

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
    Double slower = bound.orElse(NO_BOUND);
    double total = sample == null ? Double.NaN : total(sample, slower);
    return sample == null || Double.isNaN(total)
        ? Optional.empty()
        : Optional.of(new Sample.Rate(bad(sample, slower, total), total));
  }

  /**
   * All events; NaN where the sample cannot tell.
   *
   * @param bound as in {@link #read}; {@link #NO_BOUND}: none
   */
  static double total(Sample sample, Double bound) {
    return switch (sample) {
      case Sample.Rate rate -> rate.total();
      case Sample.Buckets buckets ->
          buckets.bounds().contains(bound) ? buckets.total() : Double.NaN;
      case Sample.Gauge _ -> Double.NaN;
    };
  }

  /** Bad events of a sample that can tell; two counters are not read at the very same moment. */
  static double bad(Sample sample, Double bound, double total) {
    return switch (sample) {
      case Sample.Rate rate -> Math.min(rate.bad(), total);
      case Sample.Buckets buckets -> Math.max(0, total - buckets.within(bound));
      case Sample.Gauge _ -> 0;
    };
  }

  /**
   * A level as a sum and what it is divided by; a level that is read as it is counts once.
   *
   * @return empty where the sample is no level: absent, or a histogram
   */
  static Optional<Sample.Rate> level(Map<String, Sample> metrics, String metric) {
    return switch (metrics.get(metric)) {
      case Sample.Rate sums -> Optional.of(sums);
      case Sample.Gauge gauge -> Optional.of(new Sample.Rate(gauge.value(), 1));
      case Sample.Buckets _ -> Optional.empty();
      case null -> Optional.empty();
    };
  }

  /**
   * Responses that a pod finished, good or bad, as its first metric that counts them has it. Where
   * none of what is judged is counted by the pod itself, its errors are: they are read anyway.
   */
  static Optional<Sample.Rate> completions(Map<String, Sample> metrics, Analysis analysis) {
    Sample counted = metrics.get(completing(metrics, analysis));
    if (counted instanceof Sample.Rate rate) {
      return Optional.of(rate.share());
    }
    return counted instanceof Sample.Buckets buckets
        ? Optional.of(new Sample.Rate(0, buckets.total()))
        : Optional.empty();
  }

  /** The metric by which that pod's responses are counted, if it tells of any. */
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

  /** The sum of the pods' histograms; empty where no pod has one. */
  static SortedMap<Double, Double> histogram(List<PodSample> pods, String metric) {
    SortedMap<Double, Double> sum = new TreeMap<>();
    for (PodSample pod : pods) {
      if (pod.metrics().get(metric) instanceof Sample.Buckets buckets) {
        buckets.forEach((bound, count) -> sum.merge(bound, count, Double::sum));
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
