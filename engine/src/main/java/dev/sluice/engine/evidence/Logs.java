package dev.sluice.engine.evidence;

/** Sums of numbers that are only known by their logarithms, and numbers short enough to store. */
final class Logs {
  /** The powers of ten that a double holds exactly. */
  private static final double[] TENS = new double[23];

  static {
    TENS[0] = 1;
    for (int i = 1; i < TENS.length; i++) {
      TENS[i] = TENS[i - 1] * 10;
    }
  }

  private Logs() {}

  /** ln of the sum of exp of each. */
  static double sum(double... logs) {
    double max = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      max = Math.max(max, log);
    }
    if (Double.isInfinite(max)) {
      return max;
    }
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log - max);
    }
    return max + Math.log(sum);
  }

  /** The same of two. */
  static double sum(double one, double other) {
    double max = Math.max(one, other);
    return Double.isInfinite(max)
        ? max
        : max + Math.log(Math.exp(one - max) + Math.exp(other - max));
  }

  /** ln of the mean of exp of each. */
  static double mean(double... logs) {
    return sum(logs) - Math.log(logs.length);
  }

  /**
   * With so many significant digits: a ledger is stored often and must stay small, and nothing in
   * it is known to more digits than these.
   */
  static double digits(double value, int digits) {
    if (value == 0 || !Double.isFinite(value)) {
      return value;
    }
    int power = digits - 1 - (int) Math.floor(Math.log10(Math.abs(value)));
    if (power <= 0) {
      double unit = Math.pow(10, -power);
      return Math.rint(value / unit) * unit;
    }
    // beyond what a double holds exactly there is nothing worth storing
    return power < TENS.length ? Math.rint(value * TENS[power]) / TENS[power] : 0;
  }
}
