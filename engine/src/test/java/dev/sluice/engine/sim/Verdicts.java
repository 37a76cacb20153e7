package dev.sluice.engine.sim;

import dev.sluice.engine.evidence.Harm;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Verdicts as a judge would give them. */
public enum Verdicts {
  /** The stage has just begun. */
  EARLY,
  /** Everything that could be asked is proven. */
  PROVEN,
  HARM,
  /** Harm that came suddenly, and is to be seen twice. */
  HARM_ONCE,
  /** With all of the traffic it is worse than stable used to be. */
  WORSE_THAN_PAST,
  /** Much time is over and nothing is clear. */
  UNCLEAR,
  CANDIDATE_SILENT,
  BOTH_SILENT,
  /** As {@link #PROVEN}, but of half of the traffic and no more. */
  PROVEN_TO_HALF;

  private static final Duration LONG = Duration.ofDays(1);

  private static final Verdict.Figures IDLE =
      new Verdict.Figures(0, OptionalDouble.empty(), OptionalDouble.empty());
  private static final Verdict.Figures BUSY =
      new Verdict.Figures(10, OptionalDouble.of(0), OptionalDouble.empty());

  public Verdict verdict() {
    return verdict(
        switch (this) {
          case PROVEN -> Share.ALL;
          case PROVEN_TO_HALF -> Share.percent(50);
          case EARLY, HARM, HARM_ONCE, WORSE_THAN_PAST, UNCLEAR, CANDIDATE_SILENT, BOTH_SILENT ->
              Share.NONE;
        });
  }

  /** As {@link #PROVEN}, after more time than any stage wants and that much on top of it. */
  static Verdict provenFor(Duration more) {
    return PROVEN.verdict(true, Share.ALL, LONG.plus(more));
  }

  /** As {@link #PROVEN}, but of that much of the traffic and no more. */
  static Verdict provenUpTo(int percent) {
    return PROVEN.verdict(Share.percent(percent));
  }

  /** Nothing is proven and nothing leans to harm, for longer than any stage. */
  static Verdict unproven() {
    return PROVEN.verdict(false, Share.NONE);
  }

  /** As {@link #PROVEN}, but for what would be harm if the judge were armed. */
  static Verdict suspicious() {
    Verdict good = PROVEN.verdict();
    return new Verdict(
        Optional.empty(),
        HARM.verdict().harm(),
        Optional.empty(),
        1000,
        good.metric(),
        false,
        true,
        good.proven(),
        good.provenUpTo(),
        good.nonInferior(),
        good.enough(),
        good.unknown(),
        good.observed(),
        good.upperBound(),
        good.hurt(),
        false,
        false,
        false,
        good.candidate(),
        good.stable());
  }

  /** As {@link #HARM}, which that metric shows. */
  static Verdict harm(String metric) {
    return HARM.verdict(metric, false, Share.NONE, Duration.ZERO);
  }

  private Verdict verdict(Share upTo) {
    return verdict(this == PROVEN || this == PROVEN_TO_HALF, upTo);
  }

  private Verdict verdict(boolean proven, Share upTo) {
    return verdict(
        proven, upTo, this == EARLY || this == HARM || this == HARM_ONCE ? Duration.ZERO : LONG);
  }

  private Verdict verdict(boolean proven, Share upTo, Duration observed) {
    return verdict("errors", proven, upTo, observed);
  }

  private Verdict verdict(String metric, boolean proven, Share upTo, Duration observed) {
    boolean good = this == PROVEN || this == PROVEN_TO_HALF;
    boolean isHarm = this == HARM || this == HARM_ONCE;
    boolean asks = this == WORSE_THAN_PAST || this == HARM_ONCE;
    Optional<Harm> harm =
        isHarm
            ? Optional.of(
                new Harm(metric, Harm.Kind.EVIDENCE, .5, 0, 10, metric + ": 50 % against 0 %."))
            : Optional.empty();
    return new Verdict(
        harm,
        Optional.empty(),
        asks ? Optional.of("Errors: 50 % against 0 % before.") : Optional.empty(),
        isHarm || asks ? 1000 : this == UNCLEAR ? 8 : 1,
        Optional.of(metric),
        !isHarm && !asks && this != UNCLEAR,
        isHarm || asks || this == UNCLEAR,
        proven,
        upTo,
        proven,
        good || isHarm,
        List.of(),
        observed,
        OptionalDouble.empty(),
        0,
        true,
        this == CANDIDATE_SILENT,
        this == BOTH_SILENT,
        good ? BUSY : IDLE,
        IDLE);
  }
}
