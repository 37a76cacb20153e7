package dev.sluice.bench.judge;

import org.apache.commons.math3.distribution.NormalDistribution;

/** Lognormal latency: median 60 ms, deviation .8 in ln; a table, for it is asked very often. */
final class LatencyLaw {
  private static final double MEDIAN = 0.06;
  private static final double DEVIATION = 0.8;
  private static final double FROM = -2;
  private static final double STEP = 0.001;
  private static final int SIZE = 5000;
  private static final double[][] SLOWER = table();

  private LatencyLaw() {}

  /**
   * Share of requests that are slower than a bound.
   *
   * @param bound its place among {@link Moment#BOUNDS}
   * @param offset of all latencies, in ln
   */
  static double slower(int bound, double offset) {
    int i = Math.clamp(Math.round((offset - FROM) / STEP), 0, SIZE - 1);
    return SLOWER[bound][i];
  }

  private static double[][] table() {
    NormalDistribution normal = new NormalDistribution();
    double[][] table = new double[Moment.BOUNDS.length][SIZE];
    for (int b = 0; b < table.length; b++) {
      double ln = Math.log(Moment.BOUNDS[b] / MEDIAN);
      for (int i = 0; i < SIZE; i++) {
        table[b][i] = 1 - normal.cumulativeProbability((ln - (FROM + i * STEP)) / DEVIATION);
      }
    }
    return table;
  }
}
