package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Share;

/**
 * What stable counted of one metric at one weight beyond what users can have sent it, by what the
 * candidate counted. Users come by the weight and health checks by the pod, and stable keeps its
 * pods while it gives traffic away: so its counts hold more health checks for each user than the
 * candidate's, all of them good, and of the same code more of the candidate's requests would seem
 * to be slow, or to fail.
 *
 * <p>Never more is taken for health checks than would be if all that the candidate counts were
 * such: a candidate that loses its users must not take stable's away.
 */
final class Surplus {
  /** What is owed for longer than so many seconds never came. */
  static final double PATIENCE = 30;

  private Share weight = Share.NONE;
  private double owed;
  private double perPod;

  /** What both tracks counted in one tick. */
  record Both(double candidate, int candidatePods, double stable, int stablePods) {}

  /**
   * How many of stable's requests of a tick are none of users'.
   *
   * @param served to the candidate
   * @param spare of stable's no more can be
   * @param doubt nor, of each of its pods, more a second
   */
  double next(Share served, Both counted, double seconds, double spare, double doubt) {
    if (served.isNone() || counted.candidatePods() == 0 || seconds == 0) {
      return 0;
    }
    double candidatePods = counted.candidatePods();
    double rate = counted.candidate() / candidatePods / seconds;
    boolean another = !served.equals(weight);
    weight = served;
    owed = another ? 0 : owed;
    perPod = another ? rate : perPod + (rate - perPod) * Math.min(1, seconds / PATIENCE);

    double others = (1 - served.fraction()) / served.fraction();
    owed += counted.stable() - counted.candidate() * others;
    double asChecks = perPod * Math.max(0, counted.stablePods() - candidatePods * others);
    double most = doubt * counted.stablePods();
    double there = Math.min(spare, Math.min(asChecks, most) * seconds);
    double now = Math.max(0, Math.min(owed, there));
    owed = Math.clamp(owed - now, -most * PATIENCE, most * PATIENCE);
    return now;
  }
}
