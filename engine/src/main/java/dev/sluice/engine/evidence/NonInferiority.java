package dev.sluice.engine.evidence;

/** Bets against "the candidate is clearly worse": p_c &gt;= r1·p_b + d1. Winning them is proof. */
final class NonInferiority {
  static final double FACTOR = 1.5;
  private static final double[] EXPERTS = {0.85, 0.7, 0.5, 0.3, 0.12, 0.03};

  private NonInferiority() {}

  static int experts() {
    return EXPERTS.length;
  }

  /** ln e of each expert for one tick; r1 already widened by what the pods' lottery allows. */
  static double[] gains(Counts x, double r1, double d1, double cc, double cb) {
    double kappa = x.nc() * r1 / x.nb();
    double[] gains = new double[EXPERTS.length];
    for (int i = 0; i < gains.length; i++) {
      double rho = EXPERTS[i];
      double a = Math.min((1 - rho) / ((2 * cb - 1) * (1 + kappa * rho)), 0.95 / cc);
      gains[i] = Ell.of(x.ec(), -a, cc) + Ell.of(x.eb(), kappa * a, cb) + x.nc() * d1 * a;
    }
    return gains;
  }
}
