package dev.sluice.probes.gateway;

import java.util.EnumMap;
import java.util.Map;

/** Adds up what was counted. It never goes back: whoever reads it would take that for a reset. */
final class Tally {
  private final Map<Kind, Double> counted = new EnumMap<>(Kind.class);
  private double lost;

  void add(Kind kind, double count) {
    counted.merge(kind, count, Double::sum);
  }

  /**
   * Counters of one request are not read at one moment: one that timed out may be known as such
   * before it is known to be let go of. The difference then waits, and is made good by the next
   * reading.
   */
  Sent sent() {
    lost = Math.max(lost, of(Kind.LET_GO) - of(Kind.TIMED_OUT));
    double bad = of(Kind.FAILED) + lost;
    return new Sent(bad, bad + of(Kind.ANSWERED));
  }

  private double of(Kind kind) {
    return counted.getOrDefault(kind, 0.0);
  }
}
