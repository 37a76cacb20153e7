package dev.sluice.engine.evidence;

/**
 * How much more than chance the counts of pods scatter: a table of pods (rows) by stretches of time
 * (columns), each cell compared with what its pod's and its stretch's rates make one expect.
 *
 * @param squared Pearson's X²
 * @param freedom degrees of freedom
 * @param events in the whole table
 */
record Dispersion(double squared, double freedom, double events) {
  /**
   * @param bad events by pod and block
   * @param total events by pod and block, 0 where the pod was not there
   */
  static Dispersion of(double[][] bad, double[][] total) {
    int pods = bad.length;
    int blocks = pods == 0 ? 0 : bad[0].length;
    double[] podBad = new double[pods];
    double[] podTotal = new double[pods];
    double[] blockBad = new double[blocks];
    double[] blockTotal = new double[blocks];
    double events = 0;
    double all = 0;
    for (int i = 0; i < pods; i++) {
      for (int j = 0; j < blocks; j++) {
        podBad[i] += bad[i][j];
        podTotal[i] += total[i][j];
        blockBad[j] += bad[i][j];
        blockTotal[j] += total[i][j];
        events += bad[i][j];
        all += total[i][j];
      }
    }
    if (events == 0) {
      return new Dispersion(0, 0, 0);
    }
    double rate = events / all;
    double squared = 0;
    int cells = 0;
    for (int i = 0; i < pods; i++) {
      for (int j = 0; j < blocks; j++) {
        if (total[i][j] > 0) {
          cells++;
          double expected =
              total[i][j] * (podBad[i] / podTotal[i]) * (blockBad[j] / blockTotal[j]) / rate;
          if (expected > 0) {
            squared += (bad[i][j] - expected) * (bad[i][j] - expected) / expected;
          }
        }
      }
    }
    int used = cells - positive(podTotal) - positive(blockTotal) + 1;
    return new Dispersion(squared, Math.max(0, used), events);
  }

  /** Variance over mean, at least 1, drawn towards 1.5 where there is little to go by. */
  double phi() {
    double known = Math.min(freedom, events);
    double measured = freedom == 0 ? 0 : squared / freedom * known;
    return Math.max(1, (measured + 10 * 1.5) / (known + 10));
  }

  private static int positive(double[] values) {
    int count = 0;
    for (double value : values) {
      count += value > 0 ? 1 : 0;
    }
    return count;
  }
}
