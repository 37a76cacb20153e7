package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Track;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Pods of stable that are ill by themselves would make any candidate look good. They are left out
 * from the next tick on: whoever has far more bad events than the median pod, never more than 30 %
 * of the pods.
 */
final class Outliers {
  private static final double FADE = 0.97;
  private static final double TIMES = 4;
  private static final double EVENTS = 10;
  private static final double MOST = 0.3;

  private Outliers() {}

  /** The end of a pod's name: what sets pods of one set apart, and short enough to store. */
  static String key(String pod) {
    return pod.length() <= 8 ? pod : pod.substring(pod.length() - 8);
  }

  /**
   * The pods to leave out.
   *
   * @param pods by key: fading bad and all events, for each row in turn
   * @param row that is asked about
   * @param usual rate that is known from the past; 0: none
   */
  static Set<String> of(Map<String, List<Double>> pods, int row, double usual) {
    int most = (int) (MOST * pods.size());
    if (most == 0) {
      return Set.of();
    }
    double[] rates =
        pods.values().stream().mapToDouble(sums -> bad(sums, row) / all(sums, row)).toArray();
    Arrays.sort(rates);
    double middle =
        rates.length % 2 == 1
            ? rates[rates.length / 2]
            : (rates[rates.length / 2 - 1] + rates[rates.length / 2]) / 2;
    double limit = TIMES * Math.max(middle, usual);
    return pods.entrySet().stream()
        .filter(pod -> bad(pod.getValue(), row) > limit * all(pod.getValue(), row) + EVENTS)
        .sorted(
            Comparator.comparingDouble(pod -> -bad(pod.getValue(), row) / all(pod.getValue(), row)))
        .limit(most)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The pods' sums after a tick; pods that are gone are forgotten. */
  static Map<String, List<Double>> fold(
      Map<String, List<Double>> pods, List<MetricLedger> rows, Tick tick) {
    double decay = TimeBase.decay(FADE, TimeBase.seconds(tick.length()));
    Map<String, List<Double>> next = new TreeMap<>();
    for (PodSample pod : tick.pods()) {
      if (pod.track() == Track.STABLE) {
        List<Double> before = pods.getOrDefault(key(pod.pod()), List.of());
        List<Double> after = new ArrayList<>(2 * rows.size());
        for (int row = 0; row < rows.size(); row++) {
          Optional<Sample.Rate> rate =
              Series.read(pod.metrics(), rows.get(row).metric(), rows.get(row).bound());
          boolean known = before.size() > 2 * row + 1;
          double bad = known ? before.get(2 * row) : 0;
          double all = known ? before.get(2 * row + 1) : 0;
          after.add(Logs.digits(bad * decay + rate.map(Sample.Rate::bad).orElse(0.0), 3));
          after.add(Logs.digits(all * decay + rate.map(Sample.Rate::total).orElse(0.0), 3));
        }
        next.put(key(pod.pod()), List.copyOf(after));
      }
    }
    return next;
  }

  private static double bad(List<Double> sums, int row) {
    return sums.get(2 * row);
  }

  private static double all(List<Double> sums, int row) {
    return Math.max(sums.get(2 * row + 1), 1);
  }
}
