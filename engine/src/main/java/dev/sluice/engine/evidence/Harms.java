package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Metric;
import java.util.Locale;

/** Harm that a ledger shows, in figures and in a sentence for a person on call. */
final class Harms {
  /** In seconds: what happens to pods is counted for each second of one. */
  private static final double HOUR = 3600;

  private final Judge judge;
  private final Ledger ledger;

  Harms(Judge judge, Ledger ledger) {
    this.judge = judge;
    this.ledger = ledger;
  }

  /** What a row shows, in the stage or lately, whichever is worse. */
  Harm of(MetricLedger row, Harm.Kind kind) {
    double stable = lately(row) ? row.reference(judge) : row.stageReference(judge);
    return of(row, kind, candidateRate(row), stable);
  }

  /** The candidate's share of bad events, in the stage or lately, whichever is worse; 0..1. */
  double candidateRate(MetricLedger row) {
    return lately(row) ? row.recent().candidateRate() : row.stage().candidateRate();
  }

  /** Whether harm shows more of late than in the stage as a whole. */
  private boolean lately(MetricLedger row) {
    return row.recent().candidateRate() - row.reference(judge)
        > row.stage().candidateRate() - row.stageReference(judge);
  }

  /**
   * The same, where both rates are given.
   *
   * @param candidate share of bad events, 0..1; of events in time, so many a second
   * @param stable the same
   */
  Harm of(MetricLedger row, Harm.Kind kind, double candidate, double stable) {
    double hurt = Math.max(0, row.hurt());
    String bad =
        row.bound().isPresent() ? "slower than " + row.bound().getAsDouble() + " s" : "bad";
    String against =
        switch (kind) {
          case EVIDENCE, SHARE_DEFICIT -> "of stable's";
          case SWITCHBACK -> "of stable's right after it";
          case HISTORY ->
              row.alone()
                  ? "of stable's when it last had traffic"
                  : "of stable's, which is as usual";
          case OUTAGE -> row.alone() ? "of stable's when it last had traffic" : "of stable's";
        };
    String sentence =
        judge.countsRequests(row.metric())
            ? String.format(
                Locale.ROOT,
                "%s: %s of the candidate's requests were %s against %s %s; about %.0f requests hurt"
                    + " so far.",
                row.metric(),
                percent(candidate),
                bad,
                percent(stable),
                against,
                hurt)
            : String.format(
                Locale.ROOT,
                "%s: %.1f an hour for each pod of the candidate against %.1f for each %s.",
                row.metric(),
                HOUR * candidate,
                HOUR * stable,
                against);
    return new Harm(row.metric(), kind, candidate, stable, hurt, sentence);
  }

  /** What a level shows. */
  Harm of(GaugeLedger level) {
    boolean grows =
        judge
            .level(level.metric())
            .filter(judged -> judged.kind() == Metric.Kind.SLOPE)
            .isPresent();
    double candidate = grows ? Math.expm1(level.candidate()) : level.candidate();
    double stable = grows ? Math.expm1(level.stable()) : level.stable();
    return new Harm(
        level.metric(),
        Harm.Kind.EVIDENCE,
        candidate,
        stable,
        Math.max(0, ledger.hurt()),
        grows
            ? "%s: the candidate's grows by %s a minute, stable's by %s."
                .formatted(level.metric(), percent(candidate), percent(stable))
            : String.format(
                Locale.ROOT,
                "%s: the candidate is at %.3g, stable at %.3g.",
                level.metric(),
                candidate,
                stable));
  }

  /** Requests that were never answered. */
  Harm lost() {
    DeficitLedger deficit = ledger.deficit();
    double answered = deficit.all() == 0 ? 0 : deficit.answered() / deficit.all();
    double served = ledger.perMille() / 1000.0;
    double missing = Math.max(0, served * deficit.all() - deficit.answered());
    return new Harm(
        "share",
        Harm.Kind.SHARE_DEFICIT,
        answered,
        served,
        missing,
        String.format(
            Locale.ROOT,
            "The candidate is sent %s of the requests and gave %s of the responses: about %.0f"
                + " requests got lost. Look for refused connections, hangs and killed pods.",
            percent(served),
            percent(answered),
            missing));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.001 ? "%.3f %%" : "%.1f %%", 100 * share);
  }
}
