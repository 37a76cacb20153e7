package dev.sluice.engine.evidence;

/**
 * The key for low traffic: bets of one arm alone against a generous reading of stable's past. Kept
 * for both arms: when the baseline passes it too, the day is bad and not the candidate.
 */
final class HistoricalKey {
  private static final double[] EXPERTS = {2, 6, 30, 200};

  private HistoricalKey() {}

  static int experts() {
    return EXPERTS.length;
  }

  /** The rate that is not yet suspicious, from so many bad events among so many of stable's. */
  static double reference(double bad, double total, double tolerated) {
    return 3 * (bad + 2) / Math.max(total, 40) + 5 * tolerated;
  }

  /** ln e of each expert for one tick, uncapped. */
  static double[] gains(double bad, double total, double reference, double c) {
    double[] gains = new double[EXPERTS.length];
    for (int i = 0; i < gains.length; i++) {
      gains[i] = gain(EXPERTS[i], bad, total, reference, c);
    }
    return gains;
  }

  /**
   * ln e of the expert who believes that one arm is rho times worse than a rate that is given.
   *
   * @param c mean burst
   */
  static double gain(double rho, double bad, double total, double reference, double c) {
    double a = (rho - 1) / (2 * c - 1);
    return Ell.of(bad, a, c) - total * reference * a;
  }
}
