package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A judge for one release: how it looks, fixed before the release begins. It has no state; the
 * {@link Ledger} has all of it.
 */
public final class Judge {
  /** By how much a data plane may miss a weight, 0..1, where it was not measured. */
  public static final double WEIGHT_ACCURACY = 0.003;

  private static final String EDGE_ERRORS = Metric.EDGE_ERRORS;

  /** Probability that a proof (of a bounded excess, of non-inferiority) is wrong. */
  static final double BETA = 0.05;

  static final double HOLD = 4;
  static final double LEAN = 1;
  static final double MIN_EVENTS = 3;

  /** Seconds in which harm at the next weight is taken to be found and stopped. */
  static final double REACTION_SECONDS = 60;

  private final Analysis analysis;
  private final Calibration calibration;
  private final Duration tick;
  private final Arming arming;
  private final OptionalDouble weightAccuracy;
  private final boolean armed;

  /** What is tolerated, by metric; the gateway's errors are errors. */
  private final Map<String, Terms> terms = new HashMap<>();

  private final Terms ofErrors;

  /**
   * @param analysis what is judged and how strictly
   * @param calibration stable's own noise, from its past
   * @param tick the usual length of a tick
   * @param arming what the judge showed on placebo
   * @param weightAccuracy by how much the data plane may miss its weight (.003 by default, .0005
   *     where measured); empty: completions are not compared with the weight, as it must be where
   *     only a part of the pods is scraped or where callers go around the split
   */
  public Judge(
      Analysis analysis,
      Calibration calibration,
      Duration tick,
      Arming arming,
      OptionalDouble weightAccuracy) {
    if (tick.isNegative() || tick.isZero()) {
      throw new IllegalArgumentException("a tick has a length above zero, not " + tick);
    }
    this.analysis = analysis;
    this.calibration = calibration;
    this.tick = tick;
    this.arming = arming;
    this.weightAccuracy = weightAccuracy;
    for (Metric metric : analysis.metrics()) {
      if (!metric.kind().isLevel()) {
        terms.put(metric.name(), Terms.of(metric));
      }
    }
    this.ofErrors = Terms.of(errors());
    this.armed =
        switch (analysis.arm()) {
          case ALWAYS -> true;
          case NEVER -> false;
          case MEASURED -> calibration.known() && arming.shown(analysis.falseAlarm());
        };
  }

  public Analysis analysis() {
    return analysis;
  }

  Calibration calibration() {
    return calibration;
  }

  OptionalDouble weightAccuracy() {
    return weightAccuracy;
  }

  /** Nothing seen yet. */
  public Ledger empty() {
    return Ledger.empty();
  }

  /** What the ledger says, as facts for whoever decides. */
  public Verdict verdict(Ledger ledger, Question question) {
    return new Verdicts(this, ledger).answer(question);
  }

  /** Whether evidence alone may abort a release. */
  public boolean armed() {
    return armed;
  }

  /** ln E from which something is evidence. */
  double evidence() {
    return -Math.log(analysis.falseAlarm());
  }

  /** ln E that an automatic abort needs: the placebo's largest raises it until armed. */
  double threshold() {
    return armed() ? evidence() : arming.threshold(analysis.falseAlarm());
  }

  /**
   * The excess of bad requests, as a share of the candidate's, that the budget of failures allows
   * at a weight.
   *
   * @param next weight that is asked about, above 0
   * @return 0 (the budget is spent, or no traffic was seen yet) upwards; 1 or more allows anything
   */
  public double allowedExcess(Ledger ledger, Share next) {
    double perSecond = ledger.traffic().total().perSecond();
    if (!ledger.traffic().known()) {
      return 0;
    }
    if (perSecond == 0 || next.isNone()) {
      return 1;
    }
    double budget = analysis.exposure().failures(perSecond);
    return Math.max(0, budget - ledger.hurt()) / (next.fraction() * perSecond * REACTION_SECONDS);
  }

  /**
   * The largest weight at which the budget of failures allows that excess: the inverse of {@link
   * #allowedExcess}. None while no traffic flows, of which nothing can be said.
   *
   * @param excess share of the candidate's requests, 0..1; from {@link RiskGate#ANYTHING} on it is
   *     any
   */
  Share allowedUpTo(Ledger ledger, double excess) {
    double perSecond = ledger.traffic().total().perSecond();
    if (!ledger.traffic().known() || perSecond == 0) {
      return Share.NONE;
    }
    double left = Math.max(0, analysis.exposure().failures(perSecond) - ledger.hurt());
    double whole = Math.min(excess, RiskGate.ANYTHING) * perSecond * REACTION_SECONDS;
    return left >= whole ? Share.ALL : new Share((int) (1000 * left / whole));
  }

  double tickSeconds() {
    return TimeBase.seconds(tick);
  }

  Terms terms(String metric) {
    return terms.getOrDefault(metric, ofErrors);
  }

  /** The metric of that name, if it is a level; a policy may have been changed meanwhile. */
  Optional<Metric> level(String metric) {
    return analysis.metrics().stream()
        .filter(judged -> judged.name().equals(metric) && judged.kind().isLevel())
        .findFirst();
  }

  /** Whether a metric counts requests, so that a share of them can be proven to be harmless. */
  boolean countsRequests(String metric) {
    return terms(metric).requests();
  }

  /** Stable's noise in a metric; the gateway sees the same errors as the pods, and more. */
  Noise noise(String metric, OptionalDouble bound) {
    return calibration.noise(metric.equals(EDGE_ERRORS) ? Metric.errors().name() : metric, bound);
  }

  /**
   * The rows of a release and their weights, which sum to 1: equal shares for each metric, a
   * latency metric's split over its bounds, that of errors split with the gateway's, unless the
   * policy names the gateway's for itself.
   *
   * @param counted whether there are a gateway's counters
   */
  List<MetricLedger> rows(boolean counted) {
    boolean edge = joins(counted);
    boolean split = analysis.metrics().stream().anyMatch(this::isErrors);
    double share = share(counted);
    List<MetricLedger> rows = new ArrayList<>();
    for (Metric metric : analysis.metrics()) {
      switch (metric.kind()) {
        case RATE, EVENTS -> {
          double own = edge && isErrors(metric) ? share / 2 : share;
          rows.add(MetricLedger.of(metric.name(), OptionalDouble.empty(), own));
        }
        case LATENCY -> {
          List<Double> bounds = calibration.bounds(metric.name());
          int count = metric.bounds();
          for (int i = 0; i < count; i++) {
            OptionalDouble bound =
                i < bounds.size() ? OptionalDouble.of(bounds.get(i)) : OptionalDouble.empty();
            rows.add(MetricLedger.of(metric.name(), bound, share / count));
          }
        }
        case GAUGE, SLOPE -> {
          // among the levels
        }
      }
    }
    if (edge) {
      rows.add(MetricLedger.of(EDGE_ERRORS, OptionalDouble.empty(), split ? share / 2 : share));
    }
    return List.copyOf(rows);
  }

  /** Those of the metrics that are levels, with the same share each. */
  List<GaugeLedger> levels(boolean counted) {
    double share = share(counted);
    return analysis.metrics().stream()
        .filter(metric -> metric.kind().isLevel())
        .map(metric -> GaugeLedger.of(metric.name(), share))
        .toList();
  }

  private boolean joins(boolean counted) {
    return counted && analysis.metrics().stream().noneMatch(m -> m.name().equals(EDGE_ERRORS));
  }

  private double share(boolean counted) {
    boolean split = analysis.metrics().stream().anyMatch(this::isErrors);
    return 1.0 / Math.max(1, analysis.metrics().size() + (joins(counted) && !split ? 1 : 0));
  }

  /**
   * The rows with that of the gateway, whose page was not there when they were made.
   *
   * <p>It gets the weight that it would have had from the beginning, the others keep what they
   * would have had then; but never more than the capital w·W that is taken from them for it. So
   * where a row that won (W &gt; 1) gives half of its weight, half of what it won is given up; and
   * where it lost (W &lt; 1) the new row begins with what half of it is worth now, not with what it
   * was worth once. The combined evidence Σ w·W is thus not raised by the joining, whatever was
   * seen before and whenever the page comes: w/2·W + w/2·min(1, W) &lt;= w·W. Each row is a test
   * supermartingale before and after, so the sum remains one, and 1/falseAlarm is reached with
   * probability falseAlarm at most (Ville). To share the weights out anew without that minimum
   * would give a candidate that was good so far capital that nobody lost: a page that comes and
   * goes could then raise the evidence by its coming alone.
   *
   * @param rows as they are before this tick
   */
  List<MetricLedger> joined(List<MetricLedger> rows) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).metric().equals(EDGE_ERRORS)) {
        return rows;
      }
    }
    boolean split = rows.stream().anyMatch(row -> row.metric().equals(errors().name()));
    double part = split ? 0.5 : 1.0 / (analysis.metrics().size() + 1);
    double weight = 0;
    List<MetricLedger> joined = new ArrayList<>();
    for (MetricLedger row : rows) {
      boolean gives = !split || row.metric().equals(errors().name());
      joined.add(gives ? row.withWeight(row.weight() * (1 - part)) : row);
      weight += gives ? part * row.weight() * Math.min(1, Math.exp(row.harm().lnTotal())) : 0;
    }
    joined.add(MetricLedger.of(EDGE_ERRORS, OptionalDouble.empty(), Logs.digits(weight, 8)));
    return List.copyOf(joined);
  }

  private boolean isErrors(Metric metric) {
    return metric.kind() == Metric.Kind.RATE && metric.name().equals(Metric.errors().name());
  }

  private Metric errors() {
    return analysis.metrics().stream().filter(this::isErrors).findFirst().orElseGet(Metric::errors);
  }
}
