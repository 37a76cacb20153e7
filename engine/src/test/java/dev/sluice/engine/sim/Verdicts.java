package dev.sluice.engine.sim;

import dev.sluice.engine.evidence.Harm;
import dev.sluice.engine.evidence.Verdict;
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
  /** Much time is over and nothing is clear. */
  UNCLEAR,
  CANDIDATE_SILENT,
  BOTH_SILENT;

  private static final Verdict.Figures IDLE =
      new Verdict.Figures(0, OptionalDouble.empty(), OptionalDouble.empty());
  private static final Verdict.Figures BUSY =
      new Verdict.Figures(10, OptionalDouble.of(0), OptionalDouble.empty());

  public Verdict verdict() {
    boolean late =
        this == PROVEN || this == UNCLEAR || this == BOTH_SILENT || this == CANDIDATE_SILENT;
    Optional<Harm> harm =
        this == HARM
            ? Optional.of(
                new Harm("errors", Harm.Kind.EVIDENCE, .5, 0, 10, "Errors: 50 % against 0 %."))
            : Optional.empty();
    return new Verdict(
        harm,
        Optional.empty(),
        this == HARM ? 1000 : this == UNCLEAR ? 8 : 1,
        Optional.of("errors"),
        this != HARM && this != UNCLEAR,
        this == HARM || this == UNCLEAR,
        this == PROVEN,
        this == PROVEN,
        this == PROVEN || this == HARM,
        List.of(),
        late ? Duration.ofDays(1) : Duration.ZERO,
        OptionalDouble.empty(),
        0,
        true,
        this == CANDIDATE_SILENT,
        this == BOTH_SILENT,
        this == PROVEN ? BUSY : IDLE,
        IDLE);
  }
}
