package dev.sluice.engine.evidence;

import java.util.Map;

/**
 * Health checks and scrapes among the requests that a pod counts, where no label tells them: what
 * {@linkplain Quiet pods without users} counted. Taken out of the counts by a {@link Sieve}, it
 * leaves users' requests; at little traffic most of a pod's requests are of its platform, all of
 * them good, and would hide the share of users' that fail.
 *
 * <p>One and the same for all that a judge sees: stable's past, and every tick of its release.
 *
 * @param parts by metric
 */
public record Background(Map<String, Part> parts) {
  /** More requests a second of one pod than this are no platform's: somebody else calls it. */
  public static final double PLAUSIBLE = 3;

  private static final Background NONE = new Background(Map.of());

  public Background {
    parts = Map.copyOf(parts);
  }

  /**
   * Of one metric and one pod.
   *
   * @param perRead requests that a reading of the counters itself makes: 0 or 1
   * @param perSecond those of everybody else, a second; rather too few than too many
   * @param seen all that was seen, a second
   */
  public record Part(double perRead, double perSecond, double seen) {
    /** Too many to be a platform's; then nothing is taken out. */
    public boolean implausible() {
      return seen > PLAUSIBLE;
    }

    /** How many there are in one stretch between two readings. */
    public double in(double seconds) {
      return implausible() ? 0 : perRead + perSecond * seconds;
    }
  }

  /** Nothing is known, and nothing is taken out. */
  public static Background none() {
    return NONE;
  }

  /** Of how many requests of a pod it is not sure whose they are. */
  double doubt(String metric, double seconds) {
    Part part = parts.get(metric);
    return part == null
        ? PLAUSIBLE * seconds
        : part.implausible() ? part.seen() * seconds : part.in(seconds);
  }
}
