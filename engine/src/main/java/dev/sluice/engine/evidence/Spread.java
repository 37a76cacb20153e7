package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far stable's pods usually are from each other in a level, in ln, by blocks of 60 s.
 *
 * @param metric its name
 * @param deviation standard deviation of one pod's block from the pods' together
 * @param tau standard deviation of pods against each other that stays
 */
public record Spread(String metric, double deviation, double tau) {
  private static final double PRIOR_BLOCKS = 4;

  /**
   * What is expected before anything is seen. No pod grows for long by a hundredth a minute more
   * than its like: then it would be ill.
   *
   * @param deviation of one block
   * @param tau of what stays
   */
  private record Prior(double deviation, double tau) {
    static Prior of(Metric metric) {
      return metric.kind() == Metric.Kind.SLOPE ? new Prior(0.05, 0.002) : new Prior(0.1, 0.1);
    }
  }

  /** Where levels hardly move a difference of a hundredth must not look like a thunderbolt. */
  private static final double LEAST = 0.01;

  /** For a level that nothing is known of. */
  static Spread unknown(Metric metric) {
    Prior prior = Prior.of(metric);
    return new Spread(metric.name(), 2.5 * prior.deviation(), 1.5 * prior.tau());
  }

  /**
   * From stable's past, drawn towards what is expected where there is little of it.
   *
   * @param past sums by pod and block, and what they are divided by
   * @return empty where no block tells of two pods
   */
  static Optional<Spread> of(Metric metric, History.Table past) {
    double[][] levels = levels(past.bad(), past.total());
    double[] pool = pool(past.bad(), past.total());
    if (metric.kind() == Metric.Kind.SLOPE) {
      for (int i = 0; i < levels.length; i++) {
        levels[i] = growth(levels[i]);
      }
      pool = growth(pool);
    }
    List<Double> all = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    double within = 0;
    for (double[] pod : levels) {
      List<Double> own = new ArrayList<>();
      for (int j = 0; j < pod.length; j++) {
        if (Double.isFinite(pod[j] - pool[j])) {
          own.add(pod[j] - pool[j]);
        }
      }
      if (!own.isEmpty()) {
        double mean = own.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        means.add(mean);
        all.addAll(own);
        within += own.stream().mapToDouble(off -> (off - mean) * (off - mean)).sum() / own.size();
      }
    }
    int pods = means.size();
    if (pods < 2) {
      return Optional.empty();
    }
    double chance = within / pods / ((double) all.size() / pods);
    double apart = Math.max(0, squares(means) / (pods - 1) - chance);
    Prior prior = Prior.of(metric);
    return Optional.of(
        new Spread(
            metric.name(),
            Math.max(LEAST, drawn(squares(all), all.size(), prior.deviation())),
            drawn(apart * (pods - 1), pods - 1, prior.tau())));
  }

  /** The factor by which the lottery of pods alone sets two arms of so many pods apart. */
  double allowance(double candidatePods, double stablePods) {
    return Math.exp(2.33 * tau * Math.sqrt(1 / candidatePods + 1 / stablePods));
  }

  private static double drawn(double squares, int count, double prior) {
    return Math.sqrt((squares + PRIOR_BLOCKS * prior * prior) / (count + PRIOR_BLOCKS));
  }

  private static double squares(List<Double> values) {
    return values.stream().mapToDouble(value -> value * value).sum();
  }

  /** ln of the level of each pod in each block; not finite where there is none. */
  private static double[][] levels(double[][] sums, double[][] by) {
    double[][] levels = new double[sums.length][];
    for (int i = 0; i < sums.length; i++) {
      levels[i] = new double[sums[i].length];
      for (int j = 0; j < sums[i].length; j++) {
        levels[i][j] = Math.log(sums[i][j] / by[i][j]);
      }
    }
    return levels;
  }

  private static double[] pool(double[][] sums, double[][] by) {
    double[] pool = new double[sums.length == 0 ? 0 : sums[0].length];
    for (int j = 0; j < pool.length; j++) {
      double sum = 0;
      double all = 0;
      for (int i = 0; i < sums.length; i++) {
        sum += sums[i][j];
        all += by[i][j];
      }
      pool[j] = Math.log(sum / all);
    }
    return pool;
  }

  private static double[] growth(double[] levels) {
    double[] growth = new double[Math.max(0, levels.length - 1)];
    for (int j = 0; j < growth.length; j++) {
      growth[j] = levels[j + 1] - levels[j];
    }
    return growth;
  }
}
