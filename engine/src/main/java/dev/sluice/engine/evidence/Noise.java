package dev.sluice.engine.evidence;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How one metric of stable usually scatters.
 *
 * @param metric its name
 * @param bound for latency: beyond how many seconds a request counts as bad
 * @param phi1 variance over mean within 10 s
 * @param slow relative variance of what moves over minutes
 * @param tau standard deviation of pods against each other, in ln of the rate
 * @param bad events in history
 * @param total events in history; 0: there is none, and what stands here are careful guesses
 */
public record Noise(
    String metric,
    OptionalDouble bound,
    double phi1,
    double slow,
    double tau,
    double bad,
    double total) {
  static final double SLOW_BLOCKS = 18;

  /** For a metric that nothing is known of. */
  static Noise unknown(String metric, OptionalDouble bound) {
    return new Noise(metric, bound, 3, 0.002, 0.15, 0, 0);
  }

  /**
   * From stable's past, without the pods that the judge would leave out, too: one ill pod would
   * make any difference between two versions look like the lottery of pods.
   *
   * @param every blocks of 10 s
   * @param longer blocks of 180 s of the same pods
   */
  static Noise of(String metric, OptionalDouble bound, History.Table every, History.Table longer) {
    Set<Integer> ill = Outliers.of(sums(every.bad()), sums(every.total()), 0);
    History.Table fast = every.without(ill);
    History.Table slow = longer.without(ill);
    double phi1 = Dispersion.of(fast.bad(), fast.total()).phi();
    double bad = sum(fast.bad());
    double total = sum(fast.total());
    int pods = fast.bad().length;
    int slowBlocks = slow.bad().length == 0 ? 0 : slow.bad()[0].length;
    double variance = 0.002;
    double perBlock = 0;
    if (slowBlocks >= 2) {
      double phi18 = Dispersion.of(slow.bad(), slow.total()).phi();
      perBlock = sum(slow.bad()) / (pods * slowBlocks);
      variance = Math.clamp((phi18 - phi1) / Math.max(perBlock, 1), 0, 1);
    }
    double tau = tau(fast, bad, total, phi1 + variance * perBlock);
    return new Noise(metric, bound, phi1, variance, tau, bad, total);
  }

  private static double tau(History.Table fast, double bad, double total, double usual) {
    int pods = fast.bad().length;
    double excess = 0;
    double known = 0;
    if (pods > 1 && bad > 0) {
      double squared = 0;
      for (int i = 0; i < pods; i++) {
        double expected = sum(fast.total()[i]) * bad / total;
        double off = sum(fast.bad()[i]) - expected;
        squared += expected > 0 ? off * off / expected : 0;
      }
      excess = Math.max(0, (squared / (pods - 1) - usual) / (bad / pods));
      known = Math.min(pods - 1, bad / 20);
    }
    return Math.sqrt((excess * known + 4 * 0.1 * 0.1) / (known + 4));
  }

  boolean known() {
    return total > 0;
  }

  /** The share of bad events that is known from the past, 0..1; 0: none. */
  double usual() {
    return known() ? bad / total : 0;
  }

  /** The same where bad events clump as much as that at least. */
  Noise clumping(double phi) {
    return phi > phi1 ? new Noise(metric, bound, phi, slow, tau, bad, total) : this;
  }

  /**
   * Mean size of a burst, at least 1.
   *
   * @param perPod events a pod gets in 10 s
   * @param rate share of them that is usually bad
   */
  double burst(double perPod, double rate) {
    return (phi1 + slow * rate * perPod * SLOW_BLOCKS + 1) / 2;
  }

  /** The factor by which the lottery of pods alone sets two arms of so many pods apart. */
  double allowance(double candidatePods, double stablePods) {
    return allowance(tau, candidatePods, stablePods);
  }

  /**
   * The same of pods that differ by that much.
   *
   * @param tau standard deviation of pods against each other, in ln
   */
  static double allowance(double tau, double candidatePods, double stablePods) {
    return Math.exp(2.33 * tau * Math.sqrt(1 / candidatePods + 1 / stablePods));
  }

  private static double[] sums(double[][] rows) {
    return Arrays.stream(rows).mapToDouble(row -> sum(row)).toArray();
  }

  private static double sum(double[]... rows) {
    double sum = 0;
    for (double[] row : rows) {
      for (double value : row) {
        sum += value;
      }
    }
    return sum;
  }
}
