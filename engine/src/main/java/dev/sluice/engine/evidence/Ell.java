package dev.sluice.engine.evidence;

/**
 * The link that every bet of the judge is made with. For a count X of events that come in bursts of
 * geometric size with mean c (Pólya-Aeppli with mean mu), {@code E[exp(X·ell(a, c))] = exp(mu·a)}
 * exactly; c = 1 is Poisson. One event is never worth more than ln(c/(c-1)), so one retry storm
 * proves nothing.
 */
final class Ell {
  private Ell() {}

  /**
   * @param a the stake; above -1/c
   * @param c mean size of a burst, at least 1
   */
  static double of(double a, double c) {
    return Math.log1p(c * a) - Math.log1p((c - 1) * a);
  }

  /** What so many events say; none say nothing, whatever the stake. */
  static double of(double events, double a, double c) {
    return events == 0 ? 0 : events * of(a, c);
  }
}
