package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Share;
import java.util.List;
import java.util.OptionalDouble;

/**
 * All that is known of one metric in one release. The bets against harm are never reset; what
 * belongs to a stage starts anew with each.
 *
 * @param metric its name
 * @param bound for latency: beyond how many seconds a request is bad; empty: a rate, or not chosen
 *     yet
 * @param weight its part of the combined evidence, 0..1
 * @param harm capital of the bets that the candidate is worse than tolerated
 * @param candidatePast the same for the candidate against stable's past
 * @param stablePast the same for stable against its own past: large on a bad day
 * @param proof ln of the bets that the candidate is not clearly worse, in this stage
 * @param risk sums of the bets that the excess is bounded, in this stage
 * @param exposure sum of requests per burst, in this stage
 * @param stage counts of this stage
 * @param recent counts that fade by .944 per 10 s
 * @param total counts of the release; stable's since it was last asked for itself
 * @param carried counts that wait for a tick in which both arms were read, or had a request
 * @param carriedSeconds what they cover
 * @param block counts of the current block of 10 s
 * @param blockSeconds what it covers so far
 * @param hot blocks so far in which the candidate had an outage
 * @param alone whether stable was to have no traffic
 * @param hurt requests that were bad beyond what stable's rate would have given; below zero when
 *     better
 */
public record MetricLedger(
    String metric,
    OptionalDouble bound,
    double weight,
    FixedShare harm,
    FixedShare candidatePast,
    FixedShare stablePast,
    List<Double> proof,
    List<Double> risk,
    double exposure,
    Counts stage,
    Counts recent,
    Counts total,
    Counts carried,
    double carriedSeconds,
    Counts block,
    double blockSeconds,
    int hot,
    boolean alone,
    double hurt)
    implements Row {
  /** An excess above this, as a share of requests, is an outage. */
  static final double OUTAGE = 0.05;

  private static final double FADE = 0.944;

  /** Seconds for which one arm's requests wait for one of the other's. */
  private static final double PATIENCE = 60;

  public MetricLedger {
    proof = Doubles.of(proof);
    risk = Doubles.of(risk);
  }

  static MetricLedger of(String metric, OptionalDouble bound, double weight) {
    return new MetricLedger(
        metric,
        bound,
        weight,
        FixedShare.of(HarmBet.experts()),
        FixedShare.of(HistoricalKey.experts()),
        FixedShare.of(HistoricalKey.experts()),
        Doubles.zeros(NonInferiority.experts()),
        Doubles.zeros(RiskGate.experts()),
        0,
        Counts.NONE,
        Counts.NONE,
        Counts.NONE,
        Counts.NONE,
        0,
        Counts.NONE,
        0,
        0,
        false,
        0);
  }

  MetricLedger withBound(double chosen) {
    return with(OptionalDouble.of(chosen), weight);
  }

  /** The same with another part of the combined evidence. */
  MetricLedger withWeight(double part) {
    return with(bound, part);
  }

  private MetricLedger with(OptionalDouble bound, double weight) {
    return new MetricLedger(
        metric,
        bound,
        weight,
        harm,
        candidatePast,
        stablePast,
        proof,
        risk,
        exposure,
        stage,
        recent,
        total,
        carried,
        carriedSeconds,
        block,
        blockSeconds,
        hot,
        alone,
        hurt);
  }

  /** A new stage: what proves the next weight starts anew, the bets against harm go on. */
  MetricLedger nextStage() {
    return new MetricLedger(
        metric,
        bound,
        weight,
        harm,
        candidatePast,
        stablePast,
        Doubles.zeros(NonInferiority.experts()),
        Doubles.zeros(RiskGate.experts()),
        0,
        Counts.NONE,
        recent,
        total,
        carried,
        carriedSeconds,
        block,
        blockSeconds,
        hot,
        alone,
        hurt);
  }

  /**
   * Before stable is asked whether it is the candidate or the hour: what speaks against the
   * candidate for want of a stable beside it starts anew, and so does what is known of stable, for
   * a bad hour is nothing to compare with later.
   */
  MetricLedger askedAnew() {
    return new MetricLedger(
        metric,
        bound,
        weight,
        harm,
        FixedShare.of(HistoricalKey.experts()),
        stablePast,
        proof,
        risk,
        exposure,
        stage,
        Counts.NONE,
        new Counts(total.ec(), total.nc(), 0, 0),
        carried,
        carriedSeconds,
        block,
        blockSeconds,
        0,
        false,
        hurt);
  }

  /**
   * Before the candidate is tried once more: nothing speaks for it or against it, in this stage and
   * before. What was hurt so far is not forgotten.
   */
  MetricLedger triedAnew() {
    MetricLedger anew = MetricLedger.of(metric, bound, weight);
    return new MetricLedger(
        metric,
        bound,
        weight,
        anew.harm(),
        anew.candidatePast(),
        stablePast,
        anew.proof(),
        anew.risk(),
        0,
        Counts.NONE,
        Counts.NONE,
        new Counts(0, 0, total.eb(), total.nb()),
        Counts.NONE,
        0,
        Counts.NONE,
        0,
        0,
        alone,
        hurt);
  }

  /**
   * One look at both arms.
   *
   * @param served what the candidate was to get of the traffic
   */
  MetricLedger fold(Judge judge, Look look, Share served) {
    Counts x = carried.plus(look.counts());
    if (!look.complete() || waits(x, look, served)) {
      return carry(x, look);
    }
    double seconds = carriedSeconds + look.seconds();
    Terms terms = judge.terms(metric);
    Noise noise = look.noise();
    double cc = burst(noise, x.nc(), look.candidatePods(), seconds);
    double cb = burst(noise, x.nb(), look.stablePods(), seconds);
    double share = TimeBase.share(judge.tickSeconds());
    Counts nextRecent = recent.fading(TimeBase.decay(FADE, seconds), x);
    double reference = stableRate(nextRecent, noise, terms);
    double excess = x.nc() == 0 ? 0 : x.ec() / x.nc() - (x.nb() == 0 ? reference : x.eb() / x.nb());
    double cap = TimeBase.cap(judge.tickSeconds(), excess);
    double past = suspicious(noise, terms);

    FixedShare nextHarm = harm;
    Doubles nextProof = Doubles.of(proof);
    Doubles nextRisk = Doubles.of(risk);
    double nextExposure = exposure;
    if (x.nc() > 0 && x.nb() > 0) {
      double lottery = noise.allowance(look.candidatePods(), look.stablePods());
      double factor = Math.max(terms.factor(), lottery);
      nextHarm =
          harm.fold(
              HarmBet.capped(
                  HarmBet.gains(x, factor, terms.points(), terms.allowed(), cc, cb), cap),
              share);
      double proofFactor = Math.max(NonInferiority.FACTOR, 1.1 * factor);
      nextProof = nextProof.plus(NonInferiority.gains(x, proofFactor, terms.proofPoints(), cc, cb));
      nextRisk = nextRisk.plus(RiskGate.gains(x, cc, cb));
      nextExposure += x.nc() / cc;
    }
    FixedShare nextCandidate =
        x.nc() == 0
            ? candidatePast
            : candidatePast.fold(
                HarmBet.capped(HistoricalKey.gains(x.ec(), x.nc(), past, cc), cap), share);
    FixedShare nextStable =
        x.nb() == 0
            ? stablePast
            : stablePast.fold(HistoricalKey.gains(x.eb(), x.nb(), past, cb), share);

    Counts filled = block.plus(x);
    double filledSeconds = blockSeconds + seconds;
    boolean whole = filledSeconds >= TimeBase.UNIT - 1e-6;
    double blockReference = filled.nb() == 0 ? reference : filled.stableRate();
    boolean outage =
        whole
            && filled.ec() >= Judge.MIN_EVENTS
            && filled.candidateRate() - blockReference > OUTAGE;
    return new MetricLedger(
        metric,
        bound,
        weight,
        nextHarm,
        nextCandidate,
        nextStable,
        nextProof,
        nextRisk,
        Logs.digits(nextExposure, 8),
        stage.plus(x).stored(),
        nextRecent.rounded(),
        total.plus(x).stored(),
        Counts.NONE,
        0,
        whole ? Counts.NONE : filled.stored(),
        whole ? 0 : Logs.digits(filledSeconds, 8),
        hot + (outage ? 1 : 0),
        served.isAll(),
        judge.countsRequests(metric) ? Logs.digits(hurt + x.ec() - x.nc() * reference, 8) : hurt);
  }

  /** The mean burst of bad events of stable, where it counted so many events in a look. */
  double stableBurst(double events, Look look) {
    return burst(look.noise(), events, look.stablePods(), look.seconds());
  }

  private double burst(Noise noise, double events, int pods, double seconds) {
    double rate = noise.known() ? noise.bad() / noise.total() : total.stableRate();
    return noise.burst(events / pods * TimeBase.UNIT / seconds, rate);
  }

  /**
   * Where little flows, most looks have requests of one arm only, and compare nothing. They wait
   * and are one bigger look with the next; when it ends depends on how many came, never on how many
   * of them were bad. Not for long, for both are to be of the same time.
   */
  private boolean waits(Counts x, Look look, Share served) {
    return !served.isNone()
        && !served.isAll()
        && (x.nc() == 0) != (x.nb() == 0)
        && total.nc() + x.nc() > 0
        && carriedSeconds + look.seconds() < PATIENCE - 1e-6;
  }

  /**
   * Waits for the other arm. Stable's counts from before the candidate was first read have nothing
   * to be compared with.
   */
  private MetricLedger carry(Counts x, Look look) {
    boolean begun = total.nc() > 0 || x.nc() > 0;
    return new MetricLedger(
        metric,
        bound,
        weight,
        harm,
        candidatePast,
        stablePast,
        proof,
        risk,
        exposure,
        stage,
        recent,
        total,
        begun ? x.stored() : Counts.NONE,
        begun ? Logs.digits(carriedSeconds + look.seconds(), 8) : 0,
        block,
        blockSeconds,
        hot,
        alone,
        hurt);
  }

  /** Whether anything was ever seen, or is known of the past: what nobody counts judges nobody. */
  boolean counts(Judge judge) {
    return total.nc() > 0 || total.nb() > 0 || judge.noise(metric, bound).known();
  }

  /** ln of the harm bets as they count: not above zero while the effect is too small to matter. */
  double lnHarm(Judge judge) {
    double ln = harm.lnTotal();
    return matters(judge) ? ln : Math.min(ln, 0);
  }

  /** The same for the bets against stable's past. */
  double lnPast(Judge judge) {
    double ln = candidatePast.lnTotal();
    return matters(judge) ? ln : Math.min(ln, 0);
  }

  /**
   * Of the comparison with stable. After the flip stable gets no traffic, so nothing new can be
   * compared; then half of the stake is on the comparison with stable's past.
   */
  @Override
  public double ln(Judge judge) {
    return alone ? Logs.mean(lnHarm(judge), lnPast(judge)) : lnHarm(judge);
  }

  boolean matters(Judge judge) {
    Terms terms = judge.terms(metric);
    return terms.matters(stage.candidateRate(), stageReference(judge))
        || terms.matters(recent.candidateRate(), reference(judge));
  }

  /** How far the candidate is above stable, in the stage or lately, whichever is more. */
  double excess(Judge judge) {
    return Math.max(
        stage.candidateRate() - stageReference(judge), recent.candidateRate() - reference(judge));
  }

  double lnProof() {
    return Doubles.of(proof).lnMean();
  }

  boolean bounded(double excess) {
    return excess >= RiskGate.ANYTHING
        || RiskGate.lnProof(Doubles.of(risk), exposure, excess) >= -Math.log(Judge.BETA);
  }

  OptionalDouble upperBound() {
    return RiskGate.upperBound(Doubles.of(risk), exposure, Judge.BETA);
  }

  /** Stable's rate: lately, or its last known, or what is not yet suspicious. */
  double reference(Judge judge) {
    return stableRate(recent, judge.noise(metric, bound), judge.terms(metric));
  }

  double stageReference(Judge judge) {
    return stage.nb() < 1 ? reference(judge) : stage.stableRate();
  }

  private double stableRate(Counts lately, Noise noise, Terms terms) {
    return lately.nb() > 0 ? lately.eb() / lately.nb() : pastReference(noise, terms);
  }

  /** The share of bad events from which on one arm alone is not as stable used to be, 0..1. */
  double suspicious(Judge judge) {
    return suspicious(judge.noise(metric, bound), judge.terms(metric));
  }

  private double suspicious(Noise noise, Terms terms) {
    return Math.max(pastReference(noise, terms), terms.allowed());
  }

  private double pastReference(Noise noise, Terms terms) {
    return noise.known()
        ? HistoricalKey.reference(noise.bad(), noise.total(), terms.points())
        : HistoricalKey.reference(total.eb(), total.nb(), terms.points());
  }
}
