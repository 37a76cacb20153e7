package dev.sluice.engine.evidence;

import java.util.Collections;
import java.util.List;

/**
 * Evidence that requests were sent to the candidate and never answered, on blocks of three lengths.
 *
 * @param perMille the weight that the counts below belong to; -1: none yet
 * @param spans one for each length of block
 * @param answered completions of the candidate at this weight
 * @param all completions of both at this weight
 * @param unseen seconds for which one still waits until this weight is seen to be served; 0: it
 *     was, or was waited for long enough
 */
public record DeficitLedger(
    int perMille, List<Span> spans, double answered, double all, double unseen) {
  /**
   * Blocks of one length.
   *
   * @param capital of the bets; never reset
   * @param seconds of the current block so far
   * @param xc completions of the candidate in it
   * @param xb completions of stable in it
   */
  public record Span(FixedShare capital, double seconds, double xc, double xb) {
    private boolean isEmpty() {
      return seconds == 0 && xc == 0 && xb == 0;
    }

    private Span emptied() {
      return isEmpty() ? this : new Span(capital, 0, 0, 0);
    }
  }

  private static final double DOUBT = 0.1;
  private static final double SHORTEST = 2;
  private static final double LONGEST = 60;

  /**
   * Seconds in which a data plane follows. A large mesh, or a cloud's load balancer, takes so long;
   * and for so long the exposure budget covers whatever the candidate may lose.
   */
  private static final double FOLLOWS = 60;

  public DeficitLedger {
    spans = List.copyOf(spans);
  }

  static DeficitLedger none() {
    return new DeficitLedger(-1, List.of(), 0, 0, 0);
  }

  /** Whether the last tick showed that its weight is asked for and not served. */
  boolean awaitsWeight(DeficitLedger before) {
    return unseen > 0 && perMille == before.perMille && unseen < before.unseen;
  }

  double lnTotal() {
    double[] totals = new double[spans.size()];
    for (int i = 0; i < totals.length; i++) {
      totals[i] = spans.get(i).capital().lnTotal();
    }
    return totals.length == 0 ? 0 : Logs.mean(totals);
  }

  /**
   * A tick in which the weight changed, or in which a pod was missed, cannot be compared: the
   * blocks that it falls in are dropped. Nor can one in which more than a tenth may be health
   * checks: they come by the pod and not by the weight, and what is known of them is an estimate.
   * Nor while requests may be under way that were sent before the change, for they are answered by
   * whom they were sent to; nor before the weight is seen to be served, for a minute at most.
   *
   * @param perSecond requests of both that were seen before this tick, a second; what a bet assumes
   *     of the noise must not depend on what it is about to see
   * @param settled whether nearly all is answered that was sent before the weight changed
   */
  DeficitLedger fold(
      Judge judge, Tick tick, Arm candidate, Arm stable, double perSecond, boolean settled) {
    if (judge.weightAccuracy().isEmpty()) {
      return this;
    }
    int weight = tick.weight().perMille();
    double usual = judge.tickSeconds();
    List<Span> before = spans.isEmpty() ? beginning(usual) : spans;
    boolean split = !tick.weight().isNone() && !tick.weight().isAll();
    double doubt = candidate.doubt() + stable.doubt();
    boolean known = perSecond > 0 && doubt <= DOUBT * perSecond * TimeBase.seconds(tick.length());
    boolean comparable = known && split && candidate.whole() && stable.whole();
    double xc = candidate.done().total();
    double xb = stable.done().total();
    double seconds = TimeBase.seconds(tick.length());
    if (weight != perMille) {
      return new DeficitLedger(weight, emptied(before), 0, 0, FOLLOWS);
    }
    if (!comparable) {
      return new DeficitLedger(weight, emptied(before), answered, all, unseen);
    }
    if (unseen > 0) {
      boolean seen = settled && xc >= kappa(judge, tick) * xb;
      double waits = seen ? 0 : Math.max(0, Logs.digits(unseen - seconds, 8));
      return new DeficitLedger(weight, emptied(before), answered, all, waits);
    }
    Span[] next = new Span[before.size()];
    for (int i = 0; i < next.length; i++) {
      Span span = before.get(i);
      Span filled =
          new Span(
              span.capital(),
              Logs.digits(span.seconds() + seconds, 8),
              span.xc() + xc,
              span.xb() + xb);
      double length = length(i, next.length, usual);
      next[i] =
          filled.seconds() < length - 1e-6
              ? filled
              : new Span(
                  scored(judge, tick, filled, length, stable.listed(), perSecond * length),
                  0,
                  0,
                  0);
    }
    return new DeficitLedger(
        weight, List.of(next), Logs.digits(answered + xc, 9), Logs.digits(all + xc + xb, 9), 0);
  }

  private static List<Span> emptied(List<Span> spans) {
    return spans.stream().map(Span::emptied).toList();
  }

  private static FixedShare scored(
      Judge judge, Tick tick, Span span, double length, int pods, double expected) {
    double weight = tick.weight().fraction();
    double phi =
        length <= TimeBase.UNIT
            ? judge.calibration().requests10()
            : judge.calibration().requests60();
    double cb = (phi + 1) / 2;
    double cc =
        ShareDeficit.candidateBurst(
            phi, weight * expected, (1 - weight) * expected / pods, length < TimeBase.UNIT);
    double[] gains = ShareDeficit.gains(span.xc(), span.xb(), kappa(judge, tick), cc, cb);
    return span.capital().fold(HarmBet.capped(gains, ShareDeficit.CAP), TimeBase.share(length));
  }

  private static double kappa(Judge judge, Tick tick) {
    return ShareDeficit.kappa(tick.weight().fraction(), judge.weightAccuracy().orElseThrow());
  }

  /** Blocks of 2, 10 and 60 s; none shorter than a tick, and none twice. */
  private static List<Span> beginning(double tick) {
    int count = tick < TimeBase.UNIT ? 3 : tick < LONGEST ? 2 : 1;
    return Collections.nCopies(count, new Span(FixedShare.of(ShareDeficit.experts()), 0, 0, 0));
  }

  private static double length(int index, int count, double tick) {
    double usual =
        switch (count - index) {
          case 1 -> LONGEST;
          case 2 -> TimeBase.UNIT;
          default -> SHORTEST;
        };
    return Math.max(usual, tick);
  }
}
