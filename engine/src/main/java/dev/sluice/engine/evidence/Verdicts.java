package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Reads a ledger. Harm is called, in this order, by
 *
 * <ol>
 *   <li>evidence: the combined bets reach 1/falseAlarm, with at least three bad events. After the
 *       flip stable gets no traffic, and its past stands in for it;
 *   <li>history: one metric's bets against stable's past reach it, while the comparison leans the
 *       same way and stable itself is as usual;
 *   <li>share deficit: requests that were never answered;
 *   <li>outage: the evidence is there, the excess is over five points, and two separate blocks of
 *       10 s had it with at least three events each. The only key of a judge that is not armed.
 * </ol>
 *
 * <p>Where the candidate has all of the traffic, stable's past alone calls no harm: a bad hour
 * would be the candidate's fault. Then stable gets the traffic back, and is asked ({@link
 * Switchback}).
 */
final class Verdicts {
  private static final double MAX_ODDS = 1e300;
  private static final int SILENT_TICKS = 3;
  private static final double FEW_REQUESTS = 30;

  private static final Share SMALL = Share.percent(20);

  private final Judge judge;
  private final Ledger ledger;
  private final Harms harms;
  private final List<MetricLedger> rows;
  private final double lnOdds;
  private final Optional<Row> top;

  Verdicts(Judge judge, Ledger ledger) {
    this.judge = judge;
    this.ledger = ledger;
    this.harms = new Harms(judge, ledger);
    this.rows = ledger.metrics();
    List<GaugeLedger> levels = ledger.levels();
    double[] capital = new double[rows.size() + levels.size()];
    Optional<Row> most = Optional.empty();
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < capital.length; i++) {
      Row row = i < rows.size() ? rows.get(i) : levels.get(i - rows.size());
      double ln = row.ln(judge);
      capital[i] = weighted(row, ln);
      if (ln > 1e-6 && (most.isEmpty() || capital[i] > largest)) {
        most = Optional.of(row);
        largest = capital[i];
      }
    }
    this.lnOdds = capital.length == 0 ? 0 : Logs.sum(capital);
    this.top = most;
  }

  double lnOdds() {
    return lnOdds;
  }

  /** What is called harm now and is to be seen twice. */
  Optional<Harm> onceMore() {
    return called(found()).filter(this::isSeenTwice);
  }

  /**
   * It came suddenly, or by pods that are young, beside a stable that serves: the candidate is
   * tried once more. A level takes minutes to be harm, and its pods are old.
   */
  private boolean isSeenTwice(Harm harm) {
    return switch (harm.kind()) {
      case EVIDENCE, HISTORY, OUTAGE ->
          ledger.perMille() > 0
              && ledger.perMille() < Share.ALL.perMille()
              && judge.level(harm.metric()).isEmpty()
              && (ledger.onset().sudden(lnOdds) || mayBeCold(harm));
      case SHARE_DEFICIT, SWITCHBACK -> false;
    };
  }

  private boolean mayBeCold(Harm harm) {
    Terms terms = judge.terms(harm.metric());
    return terms.latency() && ledger.onset().young(terms.warmUp());
  }

  Verdict answer(Question question) {
    Optional<Harm> found = found();
    Optional<Harm> called = called(found);
    boolean past = called.filter(this::onlyThePastSaysSo).isPresent();
    boolean asks = past || called.filter(this::isSeenTwice).isPresent();
    Optional<Harm> harm = past ? Optional.empty() : called.or(this::guilty);
    boolean armed = judge.armed();
    double odds = Math.min(MAX_ODDS, Math.exp(Math.min(lnOdds, 700)));
    List<MetricLedger> judged = judged(judge, ledger);
    OptionalDouble upperBound = upperBound(judged);
    boolean beside = ledger.stableSilence() == 0 || ledger.perMille() == 0;
    boolean silent = ledger.candidateSilence() >= SILENT_TICKS && beside;
    return new Verdict(
        harm,
        asks || harm.isPresent() ? Optional.empty() : found,
        asks ? called.map(this::asking) : harm.isPresent() ? Optional.empty() : waiting(),
        odds,
        top.map(Row::metric),
        odds < Judge.HOLD,
        odds > Judge.LEAN + 1e-6 && top.filter(Verdicts::several).isPresent(),
        question.next().isPresent() && proven(judged, question.next().get(), question.max()),
        judged.isEmpty()
            ? Share.NONE
            : judge.allowedUpTo(ledger, upperBound.orElse(RiskGate.ANYTHING)),
        all(judged, row -> row.lnProof() >= -Math.log(Judge.BETA)),
        enough(),
        List.of(),
        Duration.ofMillis(Math.round(ledger.observed() * 1000)),
        upperBound,
        ledger.hurt(),
        armed,
        silent,
        ledger.stableSilence() >= SILENT_TICKS,
        ledger.traffic().figures(ledger.traffic().candidate()),
        ledger.traffic().figures(ledger.traffic().stable()));
  }

  /** Of which the excess can be bounded: those of which anything is known, and of requests. */
  static List<MetricLedger> judged(Judge judge, Ledger ledger) {
    List<MetricLedger> judged = new ArrayList<>(ledger.metrics().size());
    for (int i = 0; i < ledger.metrics().size(); i++) {
      MetricLedger row = ledger.metrics().get(i);
      if (judge.countsRequests(row.metric()) && row.counts(judge)) {
        judged.add(row);
      }
    }
    return judged;
  }

  /** What an armed judge calls harm. */
  private Optional<Harm> found() {
    return evidence().or(this::history).or(this::deficit);
  }

  private Optional<Harm> called(Optional<Harm> found) {
    return judge.armed() ? found.or(this::outage) : outage();
  }

  /** The candidate has all of the traffic, and is harm by stable's past and by nothing else. */
  private boolean onlyThePastSaysSo(Harm harm) {
    return switch (harm.kind()) {
      case HISTORY, OUTAGE ->
          ledger.perMille() == Share.ALL.perMille() && lnBeside() < judge.evidence();
      case EVIDENCE, SHARE_DEFICIT, SWITCHBACK -> false;
    };
  }

  /** ln of the odds without what stable's past says for want of stable. */
  private double lnBeside() {
    List<Double> capital = new ArrayList<>();
    rows.forEach(row -> capital.add(weighted(row, row.lnHarm(judge))));
    ledger.levels().forEach(level -> capital.add(weighted(level, level.ln(judge))));
    return Logs.sum(capital.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** What is to be asked of stable when it has taken over; empty: nothing. */
  Optional<Switchback> accused() {
    return called(found())
        .filter(this::onlyThePastSaysSo)
        .flatMap(
            harm ->
                IntStream.range(0, rows.size())
                    .filter(i -> rows.get(i).metric().equals(harm.metric()))
                    .boxed()
                    .max(Comparator.comparingDouble(i -> rows.get(i).lnPast(judge))))
        .map(
            i ->
                Switchback.begin(
                    i,
                    harms.candidateRate(rows.get(i)),
                    rows.get(i).suspicious(judge),
                    ledger.observed(),
                    ledger.switchback().isEmpty()));
  }

  private Optional<Harm> guilty() {
    return ledger
        .switchback()
        .filter(back -> back.state() == Switchback.State.GUILTY)
        .map(
            back ->
                harms.of(
                    rows.get(back.row()), Harm.Kind.SWITCHBACK, back.rate(), back.stableRate()));
  }

  private String asking(Harm harm) {
    String then =
        !isSeenTwice(harm)
            ? " Stable gets all traffic, to see whether it is the version."
            : mayBeCold(harm)
                ? " Its pods are young, and may not be warm: without traffic for now, the candidate"
                    + " is tried once more when they are older."
                : " It came suddenly, and may pass: without traffic for now, the candidate is tried"
                    + " once more.";
    return harm.sentence() + then;
  }

  private Optional<String> waiting() {
    if (ledger.onset().isAway()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "What spoke against the candidate may have passed: in %.0f s it is tried once more.",
              ledger.onset().left()));
    }
    return ledger.switchback().flatMap(back -> back.waits(rows.get(back.row()).metric()));
  }

  private Optional<Harm> evidence() {
    return lnOdds < judge.evidence() ? Optional.empty() : top.flatMap(this::founded);
  }

  private Optional<Harm> founded(Row found) {
    if (!several(found)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (found) {
          case MetricLedger row ->
              harms.of(row, row.alone() ? Harm.Kind.HISTORY : Harm.Kind.EVIDENCE);
          case GaugeLedger level -> harms.of(level);
        });
  }

  /** A handful of events, or of blocks, is nothing to go by, whatever the odds. */
  private static boolean several(Row found) {
    return switch (found) {
      case MetricLedger row -> row.total().ec() >= Judge.MIN_EVENTS;
      case GaugeLedger level -> level.blocks() >= Judge.MIN_EVENTS;
    };
  }

  private Optional<Harm> history() {
    for (int i = 0; i < rows.size(); i++) {
      MetricLedger row = rows.get(i);
      boolean own = weighted(row, row.candidatePast().lnTotal()) >= judge.evidence();
      if (own
          && judge.noise(row.metric(), row.bound()).known()
          && row.harm().lnTotal() >= Math.log(5)
          && row.stablePast().lnTotal() < 0.1
          && row.matters(judge)
          && row.total().ec() >= Judge.MIN_EVENTS) {
        return Optional.of(harms.of(row, Harm.Kind.HISTORY));
      }
    }
    return Optional.empty();
  }

  private Optional<Harm> deficit() {
    return ledger.deficit().lnTotal() < ShareDeficit.BAR
        ? Optional.empty()
        : Optional.of(harms.lost());
  }

  private Optional<Harm> outage() {
    return lnOdds < judge.threshold()
        ? Optional.empty()
        : top.flatMap(
            found ->
                found instanceof MetricLedger row && outageLike(row)
                    ? Optional.of(harms.of(row, Harm.Kind.OUTAGE))
                    : Optional.empty());
  }

  private boolean outageLike(MetricLedger row) {
    return row.hot() >= 2 && row.excess(judge) > MetricLedger.OUTAGE;
  }

  private boolean proven(List<MetricLedger> judged, Share next, Duration max) {
    double coming = ledger.traffic().total().perSecond() * next.fraction() * TimeBase.seconds(max);
    if (ledger.traffic().known() && coming <= FEW_REQUESTS && next.compareTo(SMALL) <= 0) {
      return true;
    }
    double allowed = judge.allowedExcess(ledger, next);
    return allowed >= RiskGate.ANYTHING || all(judged, row -> row.bounded(allowed));
  }

  /** Of nothing nothing is proven. */
  private static boolean all(List<MetricLedger> judged, Predicate<MetricLedger> proven) {
    for (int i = 0; i < judged.size(); i++) {
      if (!proven.test(judged.get(i))) {
        return false;
      }
    }
    return !judged.isEmpty();
  }

  private boolean enough() {
    int least = judge.analysis().minimum();
    return (ledger.perMille() == 0 || ledger.candidateResponses() >= least)
        && (ledger.perMille() == 1000 || ledger.stableResponses() >= least);
  }

  /** The worst of all; nothing can be said as long as of one metric nothing can be said. */
  private static OptionalDouble upperBound(List<MetricLedger> judged) {
    double worst = 0;
    for (MetricLedger row : judged) {
      OptionalDouble bound = row.upperBound();
      if (bound.isEmpty()) {
        return OptionalDouble.empty();
      }
      worst = Math.max(worst, bound.getAsDouble());
    }
    return judged.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(worst);
  }

  private static double weighted(Row row, double ln) {
    return Math.log(row.weight()) + ln;
  }
}
