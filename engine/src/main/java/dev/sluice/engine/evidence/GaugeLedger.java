package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Track;
import java.util.Optional;

/**
 * All that is known of a level in one release: a mean of each track, compared block by block.
 *
 * <p>Pods are not looked at in their first minutes: what is young compiles, fills its caches and
 * grows, whatever version it is. A release whose stages are shorter than that is not judged by its
 * levels.
 *
 * @param metric its name
 * @param weight its part of the combined evidence, 0..1
 * @param harm capital of the bets that the candidate's is higher than tolerated; never reset
 * @param blocks that were compared
 * @param block sums of the current block, each with what it is divided by
 * @param seconds that it covers so far
 * @param candidatePods that are old enough
 * @param stablePods the same of stable
 * @param before the block before, for a slope
 * @param recent sums that fade by .944 per 10 s; of a slope, growth of both in ln, each by blocks
 */
public record GaugeLedger(
    String metric,
    double weight,
    FixedShare harm,
    int blocks,
    Counts block,
    double seconds,
    int candidatePods,
    int stablePods,
    Counts before,
    Counts recent)
    implements Row {
  /** Seconds of a block. */
  static final double BLOCK = 60;

  private static final double FADE = 0.944;

  /** Of the requests that a pod of stable has. */
  private static final double LEAST_BUSY = 0.5;

  static GaugeLedger of(String metric, double weight) {
    return new GaugeLedger(
        metric,
        weight,
        FixedShare.of(GaugeBet.experts()),
        0,
        Counts.NONE,
        0,
        0,
        0,
        Counts.NONE,
        Counts.NONE);
  }

  /** One tick of both tracks; what is not judged any more stays as it is. */
  GaugeLedger fold(Judge judge, Tick tick) {
    return judge.level(metric).map(judged -> fold(judge, judged, tick)).orElse(this);
  }

  private GaugeLedger fold(Judge judge, Metric judged, Tick tick) {
    double ec = 0;
    double nc = 0;
    double eb = 0;
    double nb = 0;
    int candidates = 0;
    int stables = 0;
    for (int i = 0; i < tick.counted().size(); i++) {
      PodSample pod = tick.counted().get(i);
      if (pod.age().compareTo(judged.warmUp()) >= 0) {
        Optional<Sample.Rate> level =
            Series.level(pod.metrics().get(metric), tick.leftOut(metric).of(i));
        double sum = level.map(Sample.Rate::bad).orElse(0.0);
        double by = level.map(Sample.Rate::total).orElse(0.0);
        if (pod.track() == Track.CANDIDATE) {
          candidates++;
          ec += sum;
          nc += by;
        } else {
          stables++;
          eb += sum;
          nb += by;
        }
      }
    }
    // The mean of other pods is another mean: of a slope, what joins or leaves is no growth.
    boolean others =
        judged.kind() == Metric.Kind.SLOPE
            && (candidates != candidatePods || stables != stablePods);
    Counts filled = (others ? Counts.NONE : block).plus(new Counts(ec, nc, eb, nb));
    double covered = (others ? 0 : seconds) + TimeBase.seconds(tick.length());
    Counts last = others ? Counts.NONE : before;
    if (covered < BLOCK - 1e-6) {
      return new GaugeLedger(
          metric,
          weight,
          harm,
          blocks,
          filled.stored(),
          Logs.digits(covered, 8),
          candidates,
          stables,
          last,
          recent);
    }
    Counts seen = judged.kind() == Metric.Kind.SLOPE ? growth(last, filled) : filled;
    boolean both = seen.nc() > 0 && seen.nb() > 0 && asBusy(seen, candidates, stables);
    double decay = TimeBase.decay(FADE, covered);
    return new GaugeLedger(
        metric,
        weight,
        both
            ? harm.fold(
                GaugeBet.gains(beyond(judge, judged, seen, candidates, stables)),
                TimeBase.share(BLOCK))
            : harm,
        blocks + (both ? 1 : 0),
        Counts.NONE,
        0,
        candidates,
        stables,
        filled.stored(),
        both ? recent.fading(decay, seen).rounded() : recent);
  }

  /**
   * A pod that has far fewer requests than the others shares what it needs in idleness among few:
   * of each it would seem to need more. Where nothing is divided by requests this always holds.
   */
  private static boolean asBusy(Counts seen, int candidates, int stables) {
    return seen.nc() / candidates >= LEAST_BUSY * seen.nb() / stables;
  }

  /** In units of three usual deviations, how far the candidate is above what is tolerated. */
  private double beyond(Judge judge, Metric judged, Counts seen, int candidates, int stables) {
    Spread spread = judge.calibration().spread(judged);
    double factor = Math.max(judged.tolerance().factor(), spread.allowance(candidates, stables));
    double apart =
        judged.kind() == Metric.Kind.SLOPE
            ? candidate(seen) - stable(seen) - Math.log(factor)
            : Math.log(candidate(seen))
                - Math.log(factor * stable(seen) + judged.tolerance().points());
    return Double.isNaN(apart) ? 0 : apart / (3 * spread.deviation());
  }

  /** ln of how both levels grew from a block to the next, once each. */
  private static Counts growth(Counts before, Counts now) {
    double candidate = Math.log(candidate(now) / candidate(before));
    double stable = Math.log(stable(now) / stable(before));
    return Double.isFinite(candidate) && Double.isFinite(stable)
        ? new Counts(candidate, 1, stable, 1)
        : Counts.NONE;
  }

  @Override
  public double ln(Judge judge) {
    double ln = harm.lnTotal();
    return judge.level(metric).filter(this::matters).isPresent() ? ln : Math.min(ln, 0);
  }

  /** Whether it is still as far off as harm is. */
  private boolean matters(Metric judged) {
    return judged.kind() == Metric.Kind.SLOPE
        ? candidate(recent) > stable(recent) + Math.log(judged.tolerance().factor())
        : candidate(recent)
            > judged.tolerance().factor() * stable(recent) + judged.tolerance().points();
  }

  /** Lately: a mean, or of a slope the growth a minute in ln; NaN where there is none. */
  double candidate() {
    return candidate(recent);
  }

  /** The same of stable. */
  double stable() {
    return stable(recent);
  }

  private static double candidate(Counts sums) {
    return sums.ec() / sums.nc();
  }

  private static double stable(Counts sums) {
    return sums.eb() / sums.nb();
  }
}
