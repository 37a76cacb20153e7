package dev.sluice.bench.judge;

import java.util.Arrays;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;

/**
 * The test at the heart of Kayenta's judge, by which it is compared with ours: the two-sided
 * Mann–Whitney test as a confidence interval for the shift between two samples (normal
 * approximation, corrected for continuity and ties, inverted by root finding), and the
 * Hodges–Lehmann estimate of that shift. Written anew from Kayenta's own description in its module
 * kayenta-mannwhitney.
 *
 * @param low lower end of the interval for experiment − control
 * @param high upper end
 * @param estimate of the shift
 */
record MannWhitney(double low, double high, double estimate) {
  private static final double ACCURACY = 1e-4;
  private static final int STEPS = 1000;

  /**
   * @param confidence of the interval, 0..1
   * @throws IllegalArgumentException if a sample is empty
   */
  static MannWhitney of(double[] experiment, double[] control, double confidence) {
    if (experiment.length == 0 || control.length == 0) {
      throw new IllegalArgumentException("an empty sample has no shift");
    }
    double min = Arrays.stream(experiment).min().orElseThrow() - max(control);
    double max = max(experiment) - Arrays.stream(control).min().orElseThrow();
    if (min == max) {
      // Each pair is as far apart as every other: there is nothing to be estimated.
      return new MannWhitney(min, min, min);
    }
    double z = new NormalDistribution().inverseCumulativeProbability((1 - confidence) / 2);
    return new MannWhitney(
        root(experiment, control, -z, min, max),
        root(experiment, control, z, min, max),
        root(experiment, control, 0, min, max));
  }

  /** Where the statistic, which falls as the shift grows, is that quantile. */
  private static double root(double[] x, double[] y, double quantile, double min, double max) {
    if (statistic(x, y, min) <= quantile) {
      return min;
    }
    if (statistic(x, y, max) >= quantile) {
      return max;
    }
    return new BrentSolver(ACCURACY)
        .solve(STEPS, shift -> statistic(x, y, shift) - quantile, min, max);
  }

  private static double statistic(double[] x, double[] y, double shift) {
    double[] both = new double[x.length + y.length];
    for (int i = 0; i < x.length; i++) {
      both[i] = x[i] - shift;
    }
    System.arraycopy(y, 0, both, x.length, y.length);
    double[] ranks = new NaturalRanking(TiesStrategy.AVERAGE).rank(both);
    double m = x.length;
    double n = y.length;
    double sum = Arrays.stream(ranks, 0, x.length).sum();
    double distance = sum - m * (m + 1) / 2 - m * n / 2;
    double ties = 0;
    double[] sorted = ranks.clone();
    Arrays.sort(sorted);
    for (int from = 0, to = 0; from < sorted.length; from = to) {
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      ties += Math.pow(to - from, 3) - (to - from);
    }
    double sigma = Math.sqrt(m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1))));
    // At a shift at which all values are tied nothing speaks for either side.
    return sigma == 0 ? 0 : (distance - Math.signum(distance) * 0.5) / sigma;
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }
}
