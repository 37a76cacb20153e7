package dev.sluice.engine.evidence;

import java.util.OptionalDouble;

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
   * @param fast blocks of 10 s
   * @param slow blocks of 180 s
   */
  static Noise of(String metric, OptionalDouble bound, History.Table fast, History.Table slow) {
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
    return Math.exp(2.33 * tau * Math.sqrt(1 / candidatePods + 1 / stablePods));
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
