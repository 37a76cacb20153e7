package dev.sluice.engine.evidence;

/**
 * Bets against "the candidate is no worse than tolerated": p_c &lt;= r·p_b + d, whatever p_b is and
 * however it moves. With c = 1 and d = 0 this is the conditional binomial likelihood ratio, hence
 * blind to traffic level and to shocks on both arms.
 */
final class HarmBet {
  private static final double[] EXPERTS = {1.3, 2, 4, 12, 60, 600};

  private HarmBet() {}

  static int experts() {
    return EXPERTS.length;
  }

  /** The stake of the expert who believes that the candidate is rho times worse. */
  static double stake(double rho, double kappa, double cc, double cb) {
    return Math.min((rho - 1) / ((2 * cc - 1) * (1 + kappa * rho)), 0.95 / (kappa * cb));
  }

  /**
   * ln e of each expert for one tick, uncapped.
   *
   * @param x counts of the tick, both arms with at least one event
   * @param r factor that is tolerated, at least 1
   * @param d share that is tolerated on top, 0..1
   * @param cc mean burst at the candidate
   * @param cb mean burst at the baseline
   */
  static double[] gains(Counts x, double r, double d, double cc, double cb) {
    double kappa = x.nc() * r / x.nb();
    double[] gains = new double[EXPERTS.length];
    for (int i = 0; i < gains.length; i++) {
      double a = stake(EXPERTS[i], kappa, cc, cb);
      gains[i] = Ell.of(x.ec(), a, cc) + Ell.of(x.eb(), -kappa * a, cb) - x.nc() * d * a;
    }
    return gains;
  }

  /** The same array, none of its gains above the cap. */
  static double[] capped(double[] gains, double cap) {
    for (int i = 0; i < gains.length; i++) {
      gains[i] = Math.min(gains[i], cap);
    }
    return gains;
  }
}
