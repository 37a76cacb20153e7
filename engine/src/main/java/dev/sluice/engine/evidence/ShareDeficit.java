package dev.sluice.engine.evidence;

/**
 * Bets against "the candidate answered the share that was sent to it": requests that it never
 * answered are missing from its completions, and need no counter of the gateway to be missed.
 */
final class ShareDeficit {
  /** Total evidence from which a deficit is harm. */
  static final double BAR = Math.log(1000);

  static final double CAP = 3.2;
  private static final double SLACK = 0.05;
  private static final double SKEW_SECONDS = 0.5;
  private static final double[] EXPERTS = {0.97, 0.9, 0.75, 0.5, 0.2, 0.02};

  private ShareDeficit() {}

  static int experts() {
    return EXPERTS.length;
  }

  /**
   * Completions of the candidate for each of stable's that are still no deficit.
   *
   * @param weight share served, above 0 and below 1
   * @param accuracy by how much the data plane may miss its weight, 0..1
   */
  static double kappa(double weight, double accuracy) {
    double least = Math.max(weight - accuracy, weight / 4);
    return (1 - SLACK) * least / (1 - least);
  }

  /** ln e of each expert for one block, uncapped. */
  static double[] gains(double xc, double xb, double kappa, double cc, double cb) {
    double[] gains = new double[EXPERTS.length];
    for (int i = 0; i < gains.length; i++) {
      double rho = EXPERTS[i];
      double own = 2 * (1 - rho) / (2 * cc - 1 + Math.sqrt(1 + 4 * cc * (cc - 1) * rho));
      double a = Math.min(own / (1 + kappa * rho * (2 * cb - 1)), 0.95 / cc);
      gains[i] = Ell.of(xc, -a, cc) + Ell.of(xb, kappa * a, cb);
    }
    return gains;
  }

  /**
   * Mean burst of the candidate's completions in a block.
   *
   * @param phi variance over mean of a stable pod's completions in a block
   * @param expected completions of the candidate, as foreseen before the block
   * @param perPod completions of one stable pod, foreseen alike
   * @param skewed whether the block is so short that scrapes of two pods at not quite the same
   *     moment matter
   */
  static double candidateBurst(double phi, double expected, double perPod, boolean skewed) {
    double spread = 1 + (phi - 1) * Math.max(1, expected / Math.max(perPod, 1e-9));
    return (spread + (skewed ? SKEW_SECONDS * SKEW_SECONDS * expected / 6 : 0) + 1) / 2;
  }
}
