package dev.sluice.engine.evidence;

/**
 * What the judge showed on placebo: releases in which random pods of stable played the candidate,
 * so that every alarm was false.
 *
 * @param slots placebo releases so far
 * @param alarms those in which the judge would have aborted
 * @param largest the largest ln E among them, 0 where there are none
 */
public record Arming(int slots, int alarms, double largest) {
  /** Probability that a rate which was shown is not that low. */
  private static final double CONFIDENCE = 0.05;

  /** Beyond this nobody waits. */
  private static final int MOST_MISSING = 100_000;

  /** Nothing was shown yet. */
  public static Arming none() {
    return new Arming(0, 0, 0);
  }

  /**
   * Whether the false-alarm rate is known, with 95 % confidence, to be under twice the one asked
   * for: at 1 % after 149 slots without alarm, 236 with one, 313 with two.
   *
   * @param falseAlarm probability asked for, 0..1
   */
  public boolean shown(double falseAlarm) {
    return slots > 0
        && lnAtMost(alarms, slots, Math.min(2 * falseAlarm, 0.999)) <= Math.log(CONFIDENCE);
  }

  /**
   * The ln E that an automatic abort needs: ln(1/falseAlarm) once shown; until then also above the
   * largest of the placebo, by as much as their number falls short.
   *
   * @param falseAlarm probability asked for, 0..1
   */
  public double threshold(double falseAlarm) {
    double plain = -Math.log(falseAlarm);
    return shown(falseAlarm)
        ? plain
        : Math.max(plain, largest + Math.max(0, -Math.log(falseAlarm * (slots + 1))));
  }

  /**
   * The same after one more placebo release.
   *
   * @param lnE the largest that it came to
   * @param alarm whether an armed judge would have aborted it
   */
  Arming plus(double lnE, boolean alarm) {
    return new Arming(slots + 1, alarms + (alarm ? 1 : 0), Math.max(largest, lnE));
  }

  /** The false-alarm rate is below this with 95 % confidence, 0..1 (Clopper and Pearson, 1934). */
  public double upperBound() {
    if (alarms >= slots) {
      return 1;
    }
    double low = 0;
    double high = 1;
    while (high - low > 1e-6) {
      double middle = (low + high) / 2;
      if (lnAtMost(alarms, slots, middle) <= Math.log(CONFIDENCE)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** How many more placebo releases without an alarm it takes until it is shown; 0: it is. */
  public int missing(double falseAlarm) {
    int less = -1;
    int more = 0;
    while (more < MOST_MISSING && !after(more).shown(falseAlarm)) {
      less = more;
      more = Math.min(MOST_MISSING, 2 * more + 1);
    }
    while (more - less > 1) {
      int middle = (less + more) / 2;
      if (after(middle).shown(falseAlarm)) {
        more = middle;
      } else {
        less = middle;
      }
    }
    return more;
  }

  /** The same after so many more without an alarm. */
  private Arming after(int more) {
    return new Arming(slots + more, alarms, largest);
  }

  /** ln of the probability of at most so many alarms in n slots at rate p. */
  private static double lnAtMost(int alarms, int n, double p) {
    double[] terms = new double[Math.min(alarms, n) + 1];
    double choose = 0;
    for (int k = 0; k < terms.length; k++) {
      terms[k] = choose + k * Math.log(p) + (n - k) * Math.log1p(-p);
      choose += Math.log(n - k) - Math.log(k + 1.0);
    }
    return Logs.sum(terms);
  }
}
