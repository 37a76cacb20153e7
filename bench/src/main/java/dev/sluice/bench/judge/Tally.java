package dev.sluice.bench.judge;

import dev.sluice.bench.Quantile;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What many days of one scenario came to under one rule.
 *
 * @param aborted share of the releases, 0..1
 * @param held share that was not over in time, 0..1
 * @param seconds median of what came to its right end, NaN where none did: aborted where the
 *     candidate is bad, done where it is good
 * @param slow the 90th percentile of the same
 * @param hurt mean of the requests that were hurt
 */
record Tally(
    Scenario scenario,
    Rule rule,
    int runs,
    double aborted,
    double held,
    double seconds,
    double slow,
    double hurt) {
  /** Days by their seeds; the same seed, the same days. */
  static Tally of(Scenario scenario, Rule rule, int runs, long seed) {
    long first = 1_000_003L * (scenario.name().hashCode() + 31 * seed);
    Outcome[] outcomes =
        LongStream.range(first, first + runs)
            .parallel()
            .mapToObj(day -> Outcome.of(scenario, rule, day))
            .toArray(Outcome[]::new);
    Rule.State right = scenario.good() ? Rule.State.DONE : Rule.State.ABORTED;
    double[] seconds =
        Arrays.stream(outcomes)
            .filter(o -> o.end() == right)
            .mapToDouble(Outcome::seconds)
            .toArray();
    return new Tally(
        scenario,
        rule,
        runs,
        share(outcomes, Rule.State.ABORTED),
        share(outcomes, Rule.State.RUNNING),
        at(seconds, 0.5),
        at(seconds, 0.9),
        Arrays.stream(outcomes).mapToDouble(Outcome::hurt).average().orElse(Double.NaN));
  }

  private static double share(Outcome[] outcomes, Rule.State end) {
    return (double) Arrays.stream(outcomes).filter(o -> o.end() == end).count() / outcomes.length;
  }

  private static double at(double[] values, double quantile) {
    return values.length == 0 ? Double.NaN : Quantile.of(values, quantile);
  }
}
