package dev.sluice.engine.evidence;

/**
 * What both arms counted of one metric; names as in the papers, because they are stored often.
 *
 * @param ec bad events of the candidate
 * @param nc all events of the candidate
 * @param eb bad events of the baseline (stable)
 * @param nb all events of the baseline
 */
public record Counts(double ec, double nc, double eb, double nb) {
  static final Counts NONE = new Counts(0, 0, 0, 0);

  Counts plus(Counts more) {
    return new Counts(ec + more.ec, nc + more.nc, eb + more.eb, nb + more.nb);
  }

  /**
   * These fade, then the new ones come on top. A baseline that is silent does not fade: after the
   * flip its last known rate is what the candidate is compared with.
   */
  Counts fading(double decay, Counts more) {
    double baseline = more.nb == 0 ? 1 : decay;
    return new Counts(
        ec * decay + more.ec,
        nc * decay + more.nc,
        eb * baseline + more.eb,
        nb * baseline + more.nb);
  }

  /** The candidate's share of bad events, 0..1; 0 where nothing was seen. */
  double candidateRate() {
    return ec / Math.max(nc, 1);
  }

  /** The baseline's share of bad events, 0..1; 0 where nothing was seen. */
  double stableRate() {
    return eb / Math.max(nb, 1);
  }

  /** For sums that fade: six digits each. */
  Counts rounded() {
    return new Counts(
        Logs.digits(ec, 6), Logs.digits(nc, 6), Logs.digits(eb, 6), Logs.digits(nb, 6));
  }

  Counts stored() {
    return new Counts(
        Logs.digits(ec, 7), Logs.digits(nc, 9), Logs.digits(eb, 7), Logs.digits(nb, 9));
  }
}
