package dev.sluice.bench.judge;

import java.util.Optional;

/** Sums ticks up to whole spans, as a rule that looks once a minute sees them. */
final class Minutes {
  private final double seconds;
  private Moment.Sum candidate = new Moment.Sum();
  private Moment.Sum stable = new Moment.Sum();
  private double filled;

  /**
   * @param seconds of a span
   */
  Minutes(double seconds) {
    this.seconds = seconds;
  }

  record Span(Moment.Sum candidate, Moment.Sum stable) {}

  /** The span that this tick completes; empty: it goes on. */
  Optional<Span> add(Moment moment) {
    candidate.add(moment.candidate());
    stable.add(moment.stable());
    filled += moment.seconds();
    if (filled < seconds - 1e-6) {
      return Optional.empty();
    }
    Span span = new Span(candidate, stable);
    candidate = new Moment.Sum();
    stable = new Moment.Sum();
    filled = 0;
    return Optional.of(span);
  }
}
