package dev.sluice.probes.metrics.prometheus;

import dev.sluice.engine.evidence.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How much the counters of one version grew between two moments at which they were asked for.
 *
 * <p>Counters and their differences, not {@code increase(…[30s])}: the bets of the judge are made
 * on counts, of stretches of time that follow each other and do not overlap, each event once. What
 * {@code increase} gives is stretched to the ends of its window, so that no event counts as one;
 * its windows overlap or leave out what lies between two scrapes; and the first failure of a pod,
 * with which its series begins, is in none of them.
 *
 * <p>The price is that resets are ours to see:
 *
 * <ul>
 *   <li>By pod, a counter that went back was reset: the pod has counted what it has now since then.
 *       A pod that is seen for the first time adds nothing, nor does one that is gone.
 *   <li>Of one sum over all pods nobody can tell which part went back. So nothing is added when it
 *       fell, and nothing while the pods are not the same, or have not been for as long as
 *       Prometheus needs to see it: else the fall of one pod hides in the growth of the others, and
 *       what is left over has too many failures or too few.
 *   <li>After an answer that could not be used nothing is added for the gap: each growth is of the
 *       same stretch of time for both versions, or of none.
 * </ul>
 */
final class Growth {
  private final Duration every;
  private Counted last = new Counted.Unknown("was not asked yet");
  private Instant lastAt = Instant.MIN;
  private String pods = "";
  private Instant steady = Instant.MAX;

  /**
   * @param every how often Prometheus sees the pods anew
   */
  Growth(Duration every) {
    this.every = every;
  }

  /**
   * What was added; empty: that is not known.
   *
   * @param of the pods, as they were when they were asked about: their names and restarts
   */
  Optional<Sample.Rate> to(Counted now, String of, Instant at) {
    if (!of.equals(pods)) {
      pods = of;
      steady = at.plus(every);
    }
    Optional<Sample.Rate> grown =
        switch (now) {
          case Counted.Unknown _ -> Optional.empty();
          case Counted.Whole(Sample.Rate sum) ->
              last instanceof Counted.Whole(Sample.Rate before) && !lastAt.isBefore(steady)
                  ? difference(before, sum)
                  : Optional.empty();
          case Counted.ByPod(Map<String, Sample.Rate> each) ->
              last instanceof Counted.ByPod(Map<String, Sample.Rate> before)
                  ? sum(before, each)
                  : Optional.empty();
        };
    last = now;
    lastAt = at;
    return grown;
  }

  private static Optional<Sample.Rate> sum(
      Map<String, Sample.Rate> before, Map<String, Sample.Rate> now) {
    double bad = 0;
    double total = 0;
    boolean known = false;
    for (Map.Entry<String, Sample.Rate> pod : now.entrySet()) {
      Sample.Rate then = before.get(pod.getKey());
      if (then != null) {
        known = true;
        Sample.Rate added = difference(then, pod.getValue()).orElse(pod.getValue());
        bad += added.bad();
        total += added.total();
      }
    }
    return known ? Optional.of(new Sample.Rate(bad, total)) : Optional.empty();
  }

  /** Empty where one of the two fell. */
  private static Optional<Sample.Rate> difference(Sample.Rate before, Sample.Rate now) {
    double bad = now.bad() - before.bad();
    double total = now.total() - before.total();
    return bad < 0 || total < 0
        ? Optional.empty()
        : Optional.of(new Sample.Rate(Math.min(bad, total), total));
  }
}
