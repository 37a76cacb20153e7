package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;

/**
 * What is to be expected if all goes on as it did in the stage so far; for people, not for rules.
 */
public final class Prospect {
  /** Beyond so many times what was seen nobody should wait for a proof. */
  private static final double MOST = 1000;

  private Prospect() {}

  /**
   * How much more observed time it takes until what a stage asks for is proven.
   *
   * @param next the weight whose cost is to be proven inside the budget; empty: that the candidate
   *     is not clearly worse, as in the last stage
   * @return zero: it is proven; empty: nothing was seen yet, or it would never be
   */
  public static Optional<Duration> untilProven(Judge judge, Ledger ledger, Optional<Share> next) {
    List<MetricLedger> judged = Verdicts.judged(judge, ledger);
    if (judged.isEmpty() || ledger.observed() == 0) {
      return Optional.empty();
    }
    double worst = 1;
    for (MetricLedger row : judged) {
      worst =
          Math.max(
              worst,
              next.map(weight -> until(row, judge.allowedExcess(ledger, weight)))
                  .orElseGet(() -> until(row)));
    }
    return worst > MOST
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.round(1000 * ledger.observed() * (worst - 1))));
  }

  private static double until(MetricLedger row, double allowed) {
    Doubles risk = Doubles.of(row.risk());
    return allowed >= RiskGate.ANYTHING
        ? 1
        : least(
            times ->
                RiskGate.lnProof(risk.times(times), times * row.exposure(), allowed)
                    >= -Math.log(Judge.BETA));
  }

  private static double until(MetricLedger row) {
    Doubles proof = Doubles.of(row.proof());
    return least(times -> proof.times(times).lnMean() >= -Math.log(Judge.BETA));
  }

  /** The least number from 1 on at which it holds; beyond {@link #MOST}: infinite. */
  private static double least(DoublePredicate holds) {
    double high = 1;
    while (!holds.test(high)) {
      high *= 2;
      if (high > MOST) {
        return Double.POSITIVE_INFINITY;
      }
    }
    double low = high / 2;
    while (high > 1 && high - low > 1e-3 * high) {
      double middle = (low + high) / 2;
      if (holds.test(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }
}
