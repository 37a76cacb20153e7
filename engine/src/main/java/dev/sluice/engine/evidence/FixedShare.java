package dev.sluice.engine.evidence;

import java.util.List;

/**
 * A portfolio of bets: a null expert that never bets (prior .2) and K that share the rest. After
 * each tick a small share of the whole is dealt out again by the prior, so a late regression is
 * found and old good data cannot bury it (Herbster-Warmuth). The total is a test supermartingale:
 * it ever reaches 1/alpha with probability alpha at most, however often one looks (Ville).
 *
 * @param logWeights ln of each expert's capital, the null expert's first
 */
public record FixedShare(List<Double> logWeights) {
  private static final double NULL_PRIOR = 0.2;

  public FixedShare {
    logWeights = Doubles.of(logWeights);
  }

  /** Before any bet: the total is 1. */
  static FixedShare of(int experts) {
    double[] prior = new double[experts + 1];
    for (int i = 0; i < prior.length; i++) {
      prior[i] = Math.log(prior(i, experts));
    }
    return new FixedShare(Doubles.owning(prior));
  }

  /**
   * After one tick, with as many digits as are stored.
   *
   * @param gains ln of each expert's e-value in this tick
   * @param share what is dealt out again, 0..1
   */
  FixedShare fold(double[] gains, double share) {
    double[] next = stepped(gains, share);
    for (int i = 0; i < next.length; i++) {
      next[i] = Logs.digits(next[i], 7);
    }
    return new FixedShare(Doubles.owning(next));
  }

  /** The same with all digits. */
  FixedShare step(double[] gains, double share) {
    return new FixedShare(Doubles.owning(stepped(gains, share)));
  }

  private double[] stepped(double[] gains, double share) {
    Doubles now = Doubles.of(logWeights);
    int experts = gains.length;
    double[] next = new double[experts + 1];
    next[0] = now.at(0);
    for (int i = 0; i < experts; i++) {
      next[i + 1] = now.at(i + 1) + gains[i];
    }
    double dealt = Math.log(share) + Logs.sum(next);
    double kept = Math.log1p(-share);
    for (int i = 0; i < next.length; i++) {
      next[i] = Logs.sum(kept + next[i], dealt + Math.log(prior(i, experts)));
    }
    return next;
  }

  /** ln of the total. */
  double lnTotal() {
    return Doubles.of(logWeights).lnSum();
  }

  private static double prior(int index, int experts) {
    return index == 0 ? NULL_PRIOR : (1 - NULL_PRIOR) / experts;
  }
}
