package dev.sluice.engine.evidence;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pods of stable that are ill by themselves would make any candidate look good. They are left out
 * from the next tick on: whoever has far more bad events than the median pod, never more than 30 %
 * of the pods.
 */
final class Outliers {
  private static final double TIMES = 4;
  private static final double EVENTS = 10;
  private static final double MOST = 0.3;

  private Outliers() {}

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

  /** Whether a pod could be one at all, whatever the others have. */
  static boolean suspect(double bad, double all, double usual) {
    return bad > TIMES * usual * Math.max(all, 1) + EVENTS;
  }
}
