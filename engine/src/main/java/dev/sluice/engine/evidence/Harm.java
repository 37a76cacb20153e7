package dev.sluice.engine.evidence;

/**
 * The candidate hurts users.
 *
 * @param metric the one that shows it most
 * @param kind by which key
 * @param candidateRate share of the candidate's requests that are bad, 0..1; for a share deficit
 *     the share of all responses that came from the candidate; for a level the level, for a slope
 *     its growth in a minute as a share of itself
 * @param stableRate the same for stable; for a share deficit the weight that was served
 * @param hurt requests hurt so far beyond what stable would have hurt
 * @param sentence all of this for a person on call
 */
public record Harm(
    String metric,
    Kind kind,
    double candidateRate,
    double stableRate,
    double hurt,
    String sentence) {
  /** How harm was found. */
  public enum Kind {
    /** Candidate against stable, at the same time. */
    EVIDENCE,
    /** Candidate against stable's past, stable being as usual; for low traffic. */
    HISTORY,
    /** So bad that it needs no proof of the judge's false-alarm rate. */
    OUTAGE,
    /** Requests that the candidate never answered. */
    SHARE_DEFICIT,
    /** Candidate, with all of the traffic, against stable, with all of it right after. */
    SWITCHBACK
  }
}
