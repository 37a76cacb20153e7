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
import java.util.stream.IntStream;

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
    List<Map.Entry<String, List<Double>>> named = List.copyOf(new TreeMap<>(pods).entrySet());
    double[] bad = named.stream().mapToDouble(pod -> bad(pod.getValue(), row)).toArray();
    double[] all = named.stream().mapToDouble(pod -> all(pod.getValue(), row)).toArray();
    return of(bad, all, usual).stream()
        .map(i -> named.get(i).getKey())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The places of the pods to leave out.
   *
   * @param bad events of each pod
   * @param all events of each
   * @param usual rate that is known from the past; 0: none
   */
  static Set<Integer> of(double[] bad, double[] all, double usual) {
    int most = (int) (MOST * bad.length);
    if (most == 0) {
      return Set.of();
    }
    double[] rates = new double[bad.length];
    Arrays.setAll(rates, i -> bad[i] / Math.max(all[i], 1));
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
    double middle =
        sorted.length % 2 == 1
            ? sorted[sorted.length / 2]
            : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    double limit = TIMES * Math.max(middle, usual);
    return IntStream.range(0, bad.length)
        .boxed()
        .filter(i -> bad[i] > limit * Math.max(all[i], 1) + EVENTS)
        .sorted(Comparator.comparingDouble(i -> -rates[i]))
        .limit(most)
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
    return sums.get(2 * row + 1);
  }
}
