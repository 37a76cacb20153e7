package dev.sluice.engine.evidence;

import java.util.Locale;
import java.util.Optional;

/**
 * Stable has all of the traffic again, because the candidate, while it had all of it, was worse
 * than stable's past: was it the candidate, or the hour? Stable answers for itself. Where it is
 * proven to be worse than its past, too, it is not the version, and the candidate may come back
 * when stable is as usual again. Where it is as usual at once, it was the candidate; but one that
 * had been good for a while may have met an hour that ended just then, and is tried once more. (A
 * switchback, as experiments are called whose two arms cannot be had at the same time.)
 *
 * @param row whose evidence it was, an index into the ledger's metrics
 * @param rate the candidate's share of bad events when it was led away, 0..1
 * @param suspicious the share from which on stable is not as usual
 * @param onceMore whether the candidate is tried again though stable is as usual at once
 * @param state what came of it
 * @param look at stable
 */
public record Switchback(
    int row, double rate, double suspicious, boolean onceMore, State state, Glimpse look) {
  /** Of one look. */
  static final double SECONDS = 30;

  /** Who was good for so many seconds with all of the traffic is tried once more. */
  private static final double GOOD_SECONDS = 60;

  /** What is known so far. */
  public enum State {
    /** The first look. */
    OPEN,
    /** Stable was not as usual either: it is not the candidate, and one waits. */
    CLEARED,
    /** Nothing is held against the candidate, and stable is as usual. */
    SETTLED,
    /** Stable was as usual at once. */
    GUILTY,
    /** The candidate has traffic again. */
    OVER
  }

  /**
   * Stable for {@value #SECONDS} s, and for the minimum of responses.
   *
   * @param seconds so far in which it could be read
   * @param bad events so far
   * @param all events so far
   * @param bets that its share of bad ones is suspicious
   * @param unusual whether that was proven
   */
  public record Glimpse(double seconds, double bad, double all, FixedShare bets, boolean unusual) {
    static final Glimpse NONE = new Glimpse(0, 0, 0, FixedShare.of(HistoricalKey.experts()), false);

    Glimpse plus(Look more, double[] gains, double share) {
      FixedShare next = bets.fold(gains, share);
      double nowBad = Logs.digits(bad + more.counts().eb(), 9);
      boolean proven = nowBad >= Judge.MIN_EVENTS && next.lnTotal() >= -Math.log(Judge.BETA);
      return new Glimpse(
          Logs.digits(seconds + more.seconds(), 8),
          nowBad,
          Logs.digits(all + more.counts().nb(), 9),
          next,
          unusual || proven);
    }

    boolean whole(double minimum) {
      return seconds >= SECONDS - 1e-6 && all >= minimum;
    }
  }

  /**
   * @param good seconds for which the candidate had all of the traffic before it was led away
   * @param first whether it is for the first time in this release
   */
  static Switchback begin(int row, double rate, double suspicious, double good, boolean first) {
    boolean onceMore = first && good >= GOOD_SECONDS;
    return new Switchback(row, rate, suspicious, onceMore, State.OPEN, Glimpse.NONE);
  }

  /** Whether stable has the traffic for its sake. */
  boolean running() {
    return state != State.OVER;
  }

  /** Whether a look at stable begins with the next tick. */
  boolean begins() {
    return looking() && look.seconds() == 0;
  }

  private boolean looking() {
    return state == State.OPEN || state == State.CLEARED;
  }

  Switchback over() {
    return with(State.OVER, Glimpse.NONE);
  }

  /**
   * One tick in which the candidate has no traffic.
   *
   * @param of the row, as it was before
   */
  Switchback fold(Judge judge, Look tick, MetricLedger of) {
    boolean read = tick.complete() || tick.counts().nb() > 0;
    if (!looking() || !read) {
      return this;
    }
    double nb = tick.counts().nb();
    double[] gains =
        HistoricalKey.gains(tick.counts().eb(), nb, suspicious, of.stableBurst(nb, tick));
    Glimpse next = look.plus(tick, gains, TimeBase.share(judge.tickSeconds()));
    if (!next.whole(judge.analysis().minimum())) {
      return with(next.unusual() ? State.CLEARED : state, next);
    }
    if (next.unusual()) {
      return with(State.CLEARED, Glimpse.NONE);
    }
    return with(state == State.CLEARED || onceMore ? State.SETTLED : State.GUILTY, next);
  }

  private Switchback with(State now, Glimpse seen) {
    return new Switchback(row, rate, suspicious, onceMore, now, seen);
  }

  /** Stable's share of bad events in this look, 0..1. */
  double stableRate() {
    return look.bad() / Math.max(look.all(), 1);
  }

  /** Why the candidate has to wait, for a person on call; empty: it has not to. */
  Optional<String> waits(String metric) {
    return switch (state) {
      case OPEN ->
          Optional.of(
              String.format(
                  Locale.ROOT,
                  "Stable has had all traffic again for %.0f of %.0f s, to see whether it is as bad"
                      + " in %s as the candidate was.",
                  look.seconds(),
                  SECONDS,
                  metric));
      case CLEARED ->
          Optional.of(
              "Stable is not as usual in %s either: it is not the candidate, which waits until it is."
                  .formatted(metric));
      case GUILTY, SETTLED, OVER -> Optional.empty();
    };
  }
}
