package dev.sluice.engine.evidence;

import java.util.Arrays;
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
    logWeights = List.copyOf(logWeights);
  }

  /** Before any bet: the total is 1. */
  static FixedShare of(int experts) {
    Double[] prior = new Double[experts + 1];
    for (int i = 0; i < prior.length; i++) {
      prior[i] = Math.log(prior(i, experts));
    }
    return new FixedShare(List.of(prior));
  }

  /**
   * @param gains ln of each expert's e-value in this tick
   * @param share what is dealt out again, 0..1
   */
  FixedShare step(double[] gains, double share) {
    int experts = gains.length;
    double[] grown = new double[experts + 1];
    grown[0] = logWeights.getFirst();
    for (int i = 0; i < experts; i++) {
      grown[i + 1] = logWeights.get(i + 1) + gains[i];
    }
    double dealt = Math.log(share) + Logs.sum(grown);
    double kept = Math.log1p(-share);
    Double[] next = new Double[grown.length];
    for (int i = 0; i < grown.length; i++) {
      next[i] = Logs.sum(kept + grown[i], dealt + Math.log(prior(i, experts)));
    }
    return new FixedShare(Arrays.asList(next));
  }

  /** ln of the total. */
  double lnTotal() {
    return Logs.sum(Logs.array(logWeights));
  }

  FixedShare stored() {
    return new FixedShare(Logs.stored(Logs.array(logWeights)));
  }

  private static double prior(int index, int experts) {
    return index == 0 ? NULL_PRIOR : (1 - NULL_PRIOR) / experts;
  }
}
