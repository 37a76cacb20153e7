package dev.sluice.engine.evidence;

import java.util.OptionalDouble;

/**
 * How much worse the candidate can be at most, as a share of requests: "excess is below x" is
 * proven when {@link #lnProof} reaches ln(1/beta).
 */
final class RiskGate {
  private static final double[] STAKES = {0.02, 0.06, 0.15, 0.3, 0.6, 0.9};

  /** To allow an excess of so much, as a share of requests, is to allow any. */
  static final double ANYTHING = 0.95;

  /** More than it takes for any sums. */
  private static final int STEPS = 50;

  private RiskGate() {}

  static int experts() {
    return STAKES.length;
  }

  /** The part of each expert's ln e that does not depend on x. */
  static double[] gains(Counts x, double cc, double cb) {
    double k = x.nc() / x.nb();
    double[] gains = new double[STAKES.length];
    for (int i = 0; i < gains.length; i++) {
      double a = STAKES[i] / cc;
      gains[i] = Ell.of(x.ec(), -a, cc) + Ell.of(x.eb(), k * a, cb);
    }
    return gains;
  }

  /**
   * ln G(x).
   *
   * @param sums of {@link #gains}
   * @param exposure sum of nc/cc
   */
  static double lnProof(Doubles sums, double exposure, double x) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < STAKES.length; i++) {
      max = Math.max(max, ln(sums, exposure, x, i));
    }
    double all = 0;
    for (int i = 0; i < STAKES.length; i++) {
      all += Math.exp(ln(sums, exposure, x, i) - max);
    }
    return max + Math.log(all) - Math.log(STAKES.length);
  }

  private static double ln(Doubles sums, double exposure, double x, int expert) {
    return sums.at(expert) + x * exposure * STAKES[expert];
  }

  /**
   * The smallest excess, 0..1, below which the truth is proven to be; empty: even 1 is not proven.
   *
   * @param beta probability that a proof is wrong
   */
  static OptionalDouble upperBound(Doubles sums, double exposure, double beta) {
    double bar = -Math.log(beta);
    if (lnProof(sums, exposure, 1) < bar) {
      return OptionalDouble.empty();
    }
    if (lnProof(sums, exposure, 0) >= bar) {
      return OptionalDouble.of(0);
    }
    // ln G is convex and rises, so Newton's steps come down from 1 and stay above that excess.
    double x = 1;
    for (int i = 0; i < STEPS; i++) {
      double step = (lnProof(sums, exposure, x) - bar) / slope(sums, exposure, x);
      x -= step;
      if (step <= 1e-4 * x) {
        break;
      }
    }
    return OptionalDouble.of(x);
  }

  /** Of ln G at x. */
  private static double slope(Doubles sums, double exposure, double x) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < STAKES.length; i++) {
      max = Math.max(max, ln(sums, exposure, x, i));
    }
    double all = 0;
    double rising = 0;
    for (int i = 0; i < STAKES.length; i++) {
      double part = Math.exp(ln(sums, exposure, x, i) - max);
      all += part;
      rising += part * exposure * STAKES[i];
    }
    return rising / all;
  }
}
