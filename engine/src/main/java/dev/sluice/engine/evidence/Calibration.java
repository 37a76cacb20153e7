package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What stable's past says about its own noise. Done once before a release, from stable alone; what
 * the candidate does never changes it.
 *
 * @param metrics one for each rate metric, one for each bound of a latency metric
 * @param levels one for each metric that is a level
 * @param requests10 variance over mean of a pod's completions in 10 s
 * @param requests60 the same in 60 s
 */
public record Calibration(
    List<Noise> metrics, List<Spread> levels, double requests10, double requests60) {
  private static final double FAST = 10;
  private static final double SLOW = 180;
  private static final int LEAST_BLOCKS = 10;

  public Calibration {
    metrics = List.copyOf(metrics);
    levels = List.copyOf(levels);
  }

  /** No history: careful guesses, the historical key off, and the judge unarmed. */
  public static Calibration none() {
    return new Calibration(List.of(), List.of(), 3, 3);
  }

  /**
   * From history.
   *
   * @param history ticks of stable, oldest first, best the last 30 minutes; other tracks' pods in
   *     them are not looked at. Less than 100 s is no history.
   * @param analysis the metrics that will be judged
   */
  public static Calibration of(List<Tick> history, Analysis analysis) {
    double span = 0;
    for (Tick tick : history) {
      span += TimeBase.seconds(tick.length());
    }
    if (span < LEAST_BLOCKS * FAST - 1e-6) {
      return none();
    }
    History past = new History(history);
    List<Noise> metrics = new ArrayList<>();
    List<Spread> levels = new ArrayList<>();
    for (Metric metric : analysis.metrics()) {
      if (metric.kind().isLevel()) {
        Spread.of(
                metric,
                past.table(
                    GaugeLedger.BLOCK, pod -> Series.level(pod.metrics().get(metric.name()), 0)))
            .ifPresent(levels::add);
      }
      for (OptionalDouble bound :
          switch (metric.kind()) {
            case RATE, EVENTS -> List.of(OptionalDouble.empty());
            case GAUGE, SLOPE -> List.<OptionalDouble>of();
            case LATENCY ->
                Series.bounds(metric, all(history, metric.name())).stream()
                    .map(OptionalDouble::of)
                    .toList();
          }) {
        Noise noise =
            Noise.of(
                metric.name(),
                bound,
                past.table(FAST, pod -> Series.read(pod.metrics(), metric.name(), bound)),
                past.table(SLOW, pod -> Series.read(pod.metrics(), metric.name(), bound)));
        if (noise.known()) {
          metrics.add(noise);
        }
      }
    }
    return new Calibration(
        metrics, levels, requests(past, FAST, analysis), requests(past, 6 * FAST, analysis));
  }

  /** Whether anything is known of stable's past. */
  public boolean known() {
    return !metrics.isEmpty() || !levels.isEmpty();
  }

  /** What is known of a metric; careful guesses where nothing is. */
  Noise noise(String metric, OptionalDouble bound) {
    for (int i = 0; i < metrics.size(); i++) {
      Noise noise = metrics.get(i);
      if (noise.metric().equals(metric) && noise.bound().equals(bound)) {
        return noise;
      }
    }
    return Noise.unknown(metric, bound);
  }

  /** How far pods of stable are apart in a level; careful guesses where nothing is known. */
  Spread spread(Metric metric) {
    return levels.stream()
        .filter(spread -> spread.metric().equals(metric.name()))
        .findFirst()
        .orElseGet(() -> Spread.unknown(metric));
  }

  /** The bounds that were chosen for a latency metric; none without history. */
  List<Double> bounds(String metric) {
    return metrics.stream()
        .filter(noise -> noise.metric().equals(metric) && noise.bound().isPresent())
        .map(noise -> noise.bound().getAsDouble())
        .toList();
  }

  private static double requests(History past, double seconds, Analysis analysis) {
    History.Table table =
        past.table(
            seconds,
            pod -> {
              String completing = Series.completing(pod.metrics(), analysis);
              double done = Series.completions(pod.metrics().get(completing), 0);
              return Double.isNaN(done) ? Optional.empty() : Optional.of(new Sample.Rate(done, 1));
            });
    for (double[] row : table.total()) {
      for (int j = 0; j < row.length; j++) {
        row[j] = Math.min(row[j], 1);
      }
    }
    return Dispersion.of(table.bad(), table.total()).phi();
  }

  private static SortedMap<Double, Double> all(List<Tick> history, String metric) {
    SortedMap<Double, Double> sum = new TreeMap<>();
    for (Tick tick : history) {
      Series.histogram(tick, _ -> true, metric)
          .forEach((bound, count) -> sum.merge(bound, count, Double::sum));
    }
    return sum;
  }
}
