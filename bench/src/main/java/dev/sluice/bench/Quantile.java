package dev.sluice.bench;

import java.util.Arrays;

/** One of the values that were measured, not a mean of two. */
public final class Quantile {
  private Quantile() {}

  /**
   * @param values in any order; at least one
   * @param quantile 0 the least, 0.5 the median, 1 the most; between two values the larger one
   */
  public static double of(double[] values, double quantile) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(quantile * (sorted.length - 1))];
  }
}
