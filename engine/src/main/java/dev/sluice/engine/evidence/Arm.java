package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Track;

/**
 * One track in one tick, whatever is judged of it.
 *
 * @param listed pods that there are
 * @param scraped pods that answered with anything
 * @param done responses that they finished
 * @param doubt of how many it is not sure that users asked for them
 */
record Arm(int listed, int scraped, Sample.Rate done, double doubt) {
  /** Requests of a tick of which some must come back; where none does, it is no chance. */
  private static final double SOME = 5;

  static Arm of(Tick tick, Track track, Analysis analysis) {
    return analysis.byTheGatewayAlone() ? atTheEdge(tick, track) : ofPods(tick, track, analysis);
  }

  /**
   * Nothing is asked of the pods: what the gateway sent them is what they answered, well or not.
   */
  private static Arm atTheEdge(Tick tick, Track track) {
    int listed = (int) tick.counted().stream().filter(pod -> pod.track() == track).count();
    Sample.Rate sent = tick.edge().get(track);
    return sent == null
        ? new Arm(listed, 0, new Sample.Rate(0, 0), 0)
        : new Arm(listed, listed, sent, 0);
  }

  private static Arm ofPods(Tick tick, Track track, Analysis analysis) {
    int listed = 0;
    int scraped = 0;
    double bad = 0;
    double total = 0;
    for (int i = 0; i < tick.counted().size(); i++) {
      PodSample pod = tick.counted().get(i);
      if (pod.track() == track) {
        listed++;
        if (!pod.metrics().isEmpty()) {
          scraped++;
        }
        String completing = Series.completing(pod.metrics(), analysis);
        Sample counted = pod.metrics().get(completing);
        double done = Series.completions(counted, tick.leftOut(completing).of(i));
        if (!Double.isNaN(done)) {
          bad += Series.failures(counted, done);
          total += done;
        }
      }
    }
    double doubt = tick.doubt().getOrDefault(track, 0.0);
    return new Arm(listed, scraped, new Sample.Rate(bad, total), doubt);
  }

  boolean read() {
    return scraped > 0;
  }

  /** Nothing there to be read is no gap. */
  boolean readable() {
    return listed == 0 || scraped > 0;
  }

  /** Responses of which it is sure that users asked for them. */
  double answered() {
    return Math.max(0, done.total() - doubt);
  }

  /**
   * Whether it answers users, and can be read so well that a page which is missed means something.
   */
  boolean speaks() {
    return answered() > 0 && 2 * scraped >= listed;
  }

  boolean whole() {
    return listed > 0 && scraped == listed;
  }

  /**
   * Whether it says nothing though it should: none of its pods answers, or traffic is sent and none
   * of it comes back. What health checks are is estimated: as many as were taken out may be left
   * and still be no users', and so many more have to be sent that it is no chance that none came
   * back.
   *
   * @param sent requests that went to it in this tick, as far as is known
   */
  boolean silent(double sent) {
    return (listed > 0 && scraped == 0) || (done.total() <= doubt && sent >= SOME + 4 * doubt);
  }
}
