package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * All evidence of one release. Immutable, plain data, small enough to be stored every few seconds:
 * whoever reads it back continues as if nothing had happened.
 *
 * <p>Never reset: the bets against harm. Reset when the stage changes: observed time, what proves
 * the next weight, counts of the stage.
 *
 * @param seq of the last tick; -1 before the first
 * @param stage that the last tick was served in
 * @param observed seconds of this stage in which both tracks could be read, and its weight was seen
 *     to be served
 * @param perMille weight of the last tick
 * @param metrics rows of evidence, there from the first request that is seen on, and the gateway's
 *     from its first page on; empty before
 * @param levels the same of the metrics that are levels
 * @param deficit evidence of requests that were never answered
 * @param traffic what flows
 * @param candidateResponses of this stage
 * @param stableResponses of this stage
 * @param candidateSilence ticks in a row in which the candidate said nothing though it should, not
 *     counting those in which nobody did
 * @param stableSilence the same for stable
 * @param pods of stable, to tell who is out of line
 * @param clumps how stable's bad events come in this release
 * @param onset how what speaks against the candidate came
 * @param switchback what stable shows, or showed last, with all of the traffic again, because the
 *     candidate was worse with all of it than stable used to be; empty where that never happened
 */
public record Ledger(
    long seq,
    String stage,
    double observed,
    int perMille,
    List<MetricLedger> metrics,
    List<GaugeLedger> levels,
    DeficitLedger deficit,
    Traffic traffic,
    double candidateResponses,
    double stableResponses,
    int candidateSilence,
    int stableSilence,
    PodSums pods,
    Clumps clumps,
    Onset onset,
    Optional<Switchback> switchback) {
  private static final double LEAST_HISTOGRAM = 100;

  public Ledger {
    metrics = List.copyOf(metrics);
    levels = List.copyOf(levels);
  }

  static Ledger empty() {
    return new Ledger(
        -1,
        "",
        0,
        0,
        List.of(),
        List.of(),
        DeficitLedger.none(),
        Traffic.none(),
        0,
        0,
        0,
        0,
        PodSums.none(),
        Clumps.none(),
        Onset.none(),
        Optional.empty());
  }

  /**
   * The ledger after one more tick; the same ledger if the tick is not newer than its last.
   *
   * @param judge the one of this release, always the same
   */
  public Ledger fold(Judge judge, Tick tick) {
    if (tick.seq() <= seq) {
      return this;
    }
    boolean sameStage = tick.stage().equals(stage);
    Arm candidate = Arm.of(tick, Track.CANDIDATE, judge.analysis());
    Arm stable = Arm.of(tick, Track.STABLE, judge.analysis());
    double seconds = TimeBase.seconds(tick.length());
    boolean read = !tick.pods().isEmpty() && candidate.readable() && stable.readable();
    boolean begins = !begun() && anything(tick, candidate, stable);
    Optional<Switchback> back = switchback(judge, tick.weight());
    List<MetricLedger> rows = rows(judge, tick, begins);
    if (back.filter(Switchback::begins).isPresent()) {
      rows = rows.stream().map(MetricLedger::askedAnew).toList();
    }
    Onset came = onset(judge, tick, seconds);
    if (came.isAway() && !onset.isAway()) {
      rows = rows.stream().map(MetricLedger::triedAnew).toList();
    }
    MetricLedger[] next = new MetricLedger[rows.size()];
    double[] usual = new double[rows.size()];
    for (int i = 0; i < next.length; i++) {
      MetricLedger row = sameStage ? rows.get(i) : rows.get(i).nextStage();
      Noise noise = judge.noise(row.metric(), row.bound());
      usual[i] = noise.usual();
      Noise lately = noise.clumping(clumps.phi(i, noise.phi1()));
      Terms terms = judge.terms(row.metric());
      Duration warmUp = terms.latency() ? came.comparedFrom(terms.warmUp()) : terms.warmUp();
      Look look = Look.of(row, i, terms.latency(), tick, pods, lately, warmUp);
      next[i] = row.fold(judge, look, tick.weight());
      if (back.isPresent() && back.get().row() == i) {
        back = Optional.of(back.get().fold(judge, look, row));
      }
    }
    Traffic flowing = tick.weight().perMille() == perMille ? traffic : traffic.atNewWeight();
    double perSecond = traffic.total().perSecond();
    Traffic flowed = flowing.fold(judge, tick, candidate, stable);
    Share weight = tick.weight();
    boolean answers = flowed.settled();
    boolean candidateSilent =
        candidate.silent(answers ? sent(tick, Track.CANDIDATE, weight, perSecond, stable) : 0)
            || (candidate.listed() == 0 && !weight.isNone());
    Share rest = Share.ALL.minus(weight);
    boolean stableSilent =
        stable.silent(answers ? sent(tick, Track.STABLE, rest, perSecond, candidate) : 0)
            || (stable.listed() == 0 && !weight.isAll());
    // Silence is silence beside somebody who speaks: where both have nothing to say, or most pages
    // of both cannot be read, it is not the candidate's.
    boolean spoken = weight.isAll() || stable.speaks();
    // Nor is it known whose it was, when the candidate had everything, until stable answers.
    boolean open = weight.isNone() && !stable.speaks();
    DeficitLedger followed =
        deficit.fold(judge, tick, candidate, stable, perSecond, flowing.settled());
    PodSums summed = pods.fold(tick, rows);
    boolean counts = read && !followed.awaitsWeight(deficit);
    return new Ledger(
        tick.seq(),
        tick.stage(),
        Logs.digits(
            (sameStage ? observed : 0) + (counts ? Math.min(seconds, 2 * judge.tickSeconds()) : 0),
            9),
        weight.perMille(),
        bounded(judge, List.of(next), tick),
        levels(judge, tick, begins),
        followed,
        flowed,
        Logs.digits((sameStage ? candidateResponses : 0) + candidate.done().total(), 9),
        Logs.digits((sameStage ? stableResponses : 0) + stable.done().total(), 9),
        candidateSilent || open ? candidateSilence + (spoken ? 1 : 0) : 0,
        stableSilent ? stableSilence + 1 : 0,
        summed,
        clumps.fold(summed, usual),
        came,
        back);
  }

  /** The candidate has no traffic for what is to be seen twice, waits, or is compared. */
  private Onset onset(Judge judge, Tick tick, double seconds) {
    if (onset.isAway()) {
      return onset.waited(seconds);
    }
    Verdicts before = new Verdicts(judge, this);
    if (tick.weight().isNone()) {
      return perMille == 0
          ? onset
          : before
              .onceMore()
              .map(harm -> onset.ledAway(judge.terms(harm.metric()).warmUp()).waited(seconds))
              .orElse(onset);
    }
    double oldest = 0;
    for (int i = 0; i < tick.counted().size(); i++) {
      PodSample pod = tick.counted().get(i);
      if (pod.track() == Track.CANDIDATE) {
        oldest = Math.max(oldest, TimeBase.seconds(pod.age()));
      }
    }
    return onset.compared(
        Math.min(seconds, 2 * judge.tickSeconds()),
        before.lnOdds(),
        oldest,
        before.onceMore().isPresent());
  }

  /** It begins when stable takes over from a candidate that had everything, and was worse. */
  private Optional<Switchback> switchback(Judge judge, Share weight) {
    if (!weight.isNone()) {
      return switchback.map(Switchback::over);
    }
    return switchback.filter(Switchback::running).isPresent() || perMille < Share.ALL.perMille()
        ? switchback
        : new Verdicts(judge, this).accused().or(() -> switchback);
  }

  /**
   * What is left of a verdict on this ledger where the release is now: all of it in the stage of
   * the last tick, and in another one what belongs to no stage.
   *
   * @param now the stage's label
   */
  public Verdict in(String now, Verdict verdict) {
    return stage.equals(now)
        ? verdict
        : verdict.ofAnotherStage(verdict.candidateSilent(), verdict.stableSilent());
  }

  /** Failed requests beyond what stable's rate would have given, so far; at least 0. */
  public double hurt() {
    double most = 0;
    for (int i = 0; i < metrics.size(); i++) {
      if (metrics.get(i).bound().isEmpty()) {
        most = Math.max(most, metrics.get(i).hurt());
      }
    }
    return most;
  }

  /**
   * Weights must not depend on what a bet is about to see: the rows of the policy's metrics are
   * fixed before the first one, and the gateway's {@linkplain Judge#joined joins} before it counts.
   * Stable alone is counted too: where all users move at once, what it showed before is all there
   * is to compare with.
   */
  private List<MetricLedger> rows(Judge judge, Tick tick, boolean begins) {
    boolean edge = !tick.edge().isEmpty();
    return begins ? judge.rows(edge) : edge && begun() ? judge.joined(metrics) : metrics;
  }

  /** There as soon as the rows are: their weights belong together. */
  private List<GaugeLedger> levels(Judge judge, Tick tick, boolean begins) {
    List<GaugeLedger> before = begins ? judge.levels(!tick.edge().isEmpty()) : levels;
    return before.isEmpty()
        ? before
        : before.stream().map(level -> level.fold(judge, tick)).toList();
  }

  private boolean begun() {
    return !metrics.isEmpty() || !levels.isEmpty();
  }

  private static boolean anything(Tick tick, Arm candidate, Arm stable) {
    return candidate.done().total() > 0
        || stable.done().total() > 0
        || total(tick.edge()) > 0
        || tick.queried().values().stream().anyMatch(counted -> total(counted) > 0);
  }

  private static double total(Map<Track, Sample.Rate> counted) {
    return counted.values().stream().mapToDouble(Sample.Rate::total).sum();
  }

  /** Without history the bounds of latency come from stable's first good histogram. */
  private static List<MetricLedger> bounded(Judge judge, List<MetricLedger> rows, Tick tick) {
    if (!open(judge, rows)) {
      return rows;
    }
    List<MetricLedger> next = new ArrayList<>(rows);
    for (var metric : judge.analysis().metrics()) {
      List<Integer> open = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        if (rows.get(i).metric().equals(metric.name())
            && latency(judge, rows.get(i))
            && rows.get(i).bound().isEmpty()) {
          open.add(i);
        }
      }
      if (!open.isEmpty()) {
        SortedMap<Double, Double> histogram =
            Series.histogram(tick, pod -> pod.track() == Track.STABLE, metric.name());
        if (!histogram.isEmpty()
            && histogram.getOrDefault(histogram.lastKey(), 0.0) >= LEAST_HISTOGRAM) {
          List<Double> bounds = Series.bounds(metric, histogram);
          for (int i = 0; i < Math.min(open.size(), bounds.size()); i++) {
            next.set(open.get(i), rows.get(open.get(i)).withBound(bounds.get(i)));
          }
        }
      }
    }
    return next;
  }

  private static boolean open(Judge judge, List<MetricLedger> rows) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).bound().isEmpty() && latency(judge, rows.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean latency(Judge judge, MetricLedger row) {
    return judge.terms(row.metric()).latency();
  }

  /**
   * Requests that a track got in this tick, as far as is known. Traffic may have fallen since its
   * rate was measured: beside what the other track answers it is no more than its share of it.
   */
  private static double sent(Tick tick, Track track, Share share, double perSecond, Arm other) {
    Sample.Rate edge = tick.edge().get(track);
    if (edge != null) {
      return edge.total() > 0 ? Math.max(edge.total(), 5) : 0;
    }
    double usual = share.fraction() * perSecond * TimeBase.seconds(tick.length());
    return share.isAll() || other.answered() == 0
        ? usual
        : Math.min(usual, other.answered() * share.fraction() / (1 - share.fraction()));
  }
}
