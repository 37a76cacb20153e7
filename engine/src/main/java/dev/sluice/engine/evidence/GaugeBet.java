package dev.sluice.engine.evidence;

/** Bets on a level (CPU per request, heap) being higher at the candidate than tolerated. */
final class GaugeBet {
  private static final double[] STAKES = {0.05, 0.1, 0.2, 0.4, 0.7};

  private GaugeBet() {}

  static int experts() {
    return STAKES.length;
  }

  /**
   * ln e of each expert for one block of 60 s.
   *
   * @param y how far ln(candidate/stable) is above what is tolerated, in units of three of its
   *     usual standard deviations; clipped to -1..1
   */
  static double[] gains(double y) {
    double clipped = Math.clamp(y, -1, 1);
    double[] gains = new double[STAKES.length];
    for (int i = 0; i < gains.length; i++) {
      gains[i] = Math.log1p(STAKES[i] * clipped);
    }
    return gains;
  }
}
