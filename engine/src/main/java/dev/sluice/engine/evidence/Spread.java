package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
    List<Pod> pods = new ArrayList<>();
    for (int i = 0; i < levels.length; i++) {
      Pod.of(levels[i], pool, past.total()[i]).ifPresent(pods::add);
    }
    if (pods.size() < 2) {
      return Optional.empty();
    }
    double weight = pods.stream().mapToDouble(Pod::weight).sum();
    double blocks = pods.stream().mapToDouble(Pod::blocks).sum();
    double within = 0;
    double between = 0;
    for (Pod pod : pods) {
      within += pod.weight() / weight * pod.variance();
      between += pod.weight() / weight * pod.mean() * pod.mean();
    }
    int free = pods.size() - 1;
    double chance = within / (blocks / pods.size());
    double apart = Math.max(0, between * pods.size() / free - chance);
    Prior prior = Prior.of(metric);
    return Optional.of(
        new Spread(
            metric.name(),
            Math.max(LEAST, drawn((within + between) * blocks, blocks, prior.deviation())),
            drawn(apart * free, free, prior.tau())));
  }

  /**
   * How far one pod is from all together, in ln.
   *
   * @param weight what its levels are divided by: a pod that hardly has requests says little of the
   *     mean of many, and idles most of its time
   */
  private record Pod(int blocks, double weight, double mean, double variance) {
    static Optional<Pod> of(double[] levels, double[] pool, double[] by) {
      double[] off =
          IntStream.range(0, levels.length)
              .mapToDouble(j -> levels[j] - pool[j])
              .filter(Double::isFinite)
              .toArray();
      double mean = Arrays.stream(off).average().orElse(0);
      double squared = Arrays.stream(off).map(x -> (x - mean) * (x - mean)).average().orElse(0);
      return off.length == 0
          ? Optional.empty()
          : Optional.of(new Pod(off.length, Arrays.stream(by).sum(), mean, squared));
    }
  }

  /** The factor by which the lottery of pods alone sets two arms of so many pods apart. */
  double allowance(double candidatePods, double stablePods) {
    return Noise.allowance(tau, candidatePods, stablePods);
  }

  private static double drawn(double squares, double count, double prior) {
    return Math.sqrt((squares + PRIOR_BLOCKS * prior * prior) / (count + PRIOR_BLOCKS));
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
