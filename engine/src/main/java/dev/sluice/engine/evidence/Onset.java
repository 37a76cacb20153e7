package dev.sluice.engine.evidence;

import java.time.Duration;

/**
 * How what speaks against the candidate came. Where it was compared with stable for a while, with
 * nothing against it, and is harm within seconds, it may be the version: a late fault, a leak that
 * has filled its vessel. Or it is what met one version by chance and is over soon: failures of one
 * client, a shock that meets few pods. Where it is slow and its pods are young, it may be that they
 * are not warm yet. While it lasts nothing tells these apart. So users are led away at once, as
 * from any harm; but the release is not over: the candidate is tried once more, from nothing on,
 * when the minutes of a shock have passed and its pods are warm. What is the version's comes again.
 *
 * @param good seconds so far in which both were compared and nothing spoke against the candidate
 * @param lately ln of the odds of the last seconds, which follows them by a time constant of 10 s
 * @param age seconds of the candidate's oldest pod
 * @param state whether it was tried once more
 * @param left seconds until it is
 * @param unheeded seconds for which it was to be led away and was not
 */
public record Onset(
    double good, double lately, double age, State state, double left, double unheeded) {
  /** Who was good for so long is tried once more. */
  private static final double GOOD_SECONDS = 120;

  /** The same of who was tried again already: what is the version's comes again sooner. */
  private static final double GOOD_AGAIN_SECONDS = 300;

  /** In seconds: by which time constant what was lately follows. */
  private static final double FOLLOWS = 10;

  /** What has grown so much in that time came suddenly. */
  private static final double SUDDEN = Math.log(5);

  /** What passes does so within these. */
  private static final double AWAY_SECONDS = 120;

  /** So many times as long as a metric says may its pods need to get warm. */
  private static final int LONGER = 5;

  /** But hardly any needs more than this. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** A data plane that has not followed by then will not; nor will whoever moves the traffic. */
  private static final double UNHEEDED_SECONDS = 60;

  /** Odds up to this are nothing that speaks against anybody. */
  private static final double NOTHING = Math.log(2);

  /** What became of harm that is to be seen twice. */
  public enum State {
    /** There was none. */
    NONE,
    /** The candidate has no traffic. */
    AWAY,
    /** The candidate is tried again, or was. */
    AGAIN
  }

  /** Nothing was compared yet. */
  public static Onset none() {
    return new Onset(0, 0, 0, State.NONE, 0, 0);
  }

  /** Whether harm at these odds came suddenly. */
  boolean sudden(double lnOdds) {
    double least = state == State.NONE ? GOOD_SECONDS : GOOD_AGAIN_SECONDS;
    boolean now = good >= least && lnOdds - lately >= SUDDEN;
    return (now || unheeded > 0) && heeded();
  }

  /**
   * Whether the candidate may be slow because it is young, and was not tried again yet.
   *
   * @param warmUp what the metric says
   */
  boolean young(Duration warmUp) {
    return state == State.NONE && age < TimeBase.seconds(warmAtLast(warmUp)) && heeded();
  }

  /** Harm that stays, with users who stay, is seen often enough. */
  private boolean heeded() {
    return unheeded < UNHEEDED_SECONDS;
  }

  boolean isAway() {
    return state == State.AWAY;
  }

  /**
   * The age from which on pods of the candidate are compared in a metric: whoever was tried again
   * is not to fail for other pods that are young.
   *
   * @param warmUp what the metric says
   */
  Duration comparedFrom(Duration warmUp) {
    return state == State.NONE ? warmUp : warmAtLast(warmUp);
  }

  private static Duration warmAtLast(Duration warmUp) {
    Duration longer = warmUp.multipliedBy(LONGER);
    return longer.compareTo(LONGEST) < 0
        ? longer
        : LONGEST.compareTo(warmUp) > 0 ? LONGEST : warmUp;
  }

  /**
   * After a tick in which both could be compared.
   *
   * @param lnOdds ln of the odds before it
   * @param oldest age of the candidate's oldest pod, in seconds
   * @param asked whether the candidate was to be led away before it
   */
  Onset compared(double seconds, double lnOdds, double oldest, boolean asked) {
    double moved = 1 - Math.exp(-seconds / FOLLOWS);
    return new Onset(
        Logs.digits(good + (lnOdds <= NOTHING ? seconds : 0), 8),
        Logs.digits(lately + moved * (lnOdds - lately), 4),
        Logs.digits(oldest, 6),
        state,
        left,
        asked || !heeded() ? Logs.digits(unheeded + seconds, 8) : 0);
  }

  /**
   * The candidate has no traffic from now on.
   *
   * @param warmUp what the metric says by which it is harm
   */
  Onset ledAway(Duration warmUp) {
    double young = TimeBase.seconds(warmAtLast(warmUp)) - age;
    return new Onset(0, 0, age, State.AWAY, Logs.digits(Math.max(AWAY_SECONDS, young), 8), 0);
  }

  /** After a tick without traffic. */
  Onset waited(double seconds) {
    double less = Math.max(0, Logs.digits(left - seconds, 8));
    return new Onset(0, 0, age, less > 1e-6 ? State.AWAY : State.AGAIN, less, 0);
  }
}
