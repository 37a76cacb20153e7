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

  /**
   * The same against "the candidate is no worse than tolerated, or no worse than what is allowed
   * whatever stable does": p_c &lt;= max(r·p_b + d, allowed). Which of the two holds is not known,
   * so of each expert the lesser of its two gains counts: min(e1, e2) is at most e1 and at most e2,
   * and one of these has a mean of at most 1. No stake depends on what was bad in the tick.
   *
   * @param allowed 0..1; 0: nothing is, and the second bet is not made
   */
  static double[] gains(Counts x, double r, double d, double allowed, double cc, double cb) {
    double[] gains = gains(x, r, d, cc, cb);
    for (int i = 0; allowed > 0 && i < gains.length; i++) {
      gains[i] = Math.min(gains[i], HistoricalKey.gain(EXPERTS[i], x.ec(), x.nc(), allowed, cc));
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
