package dev.sluice.cli.init;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Beyond which bound a request should count as slow: only a bucket's bound can be counted by, and
 * where nearly all requests are within it, those beyond say something.
 *
 * @param bound a bucket's
 * @param within the share of requests that were, 0..1
 */
record SlowerThan(Duration bound, double within) {
  /** Fewer say too little about their slowest. */
  static final double LEAST = 100;

  /**
   * The smallest bound within which 99 % are, else that within which 95 % are.
   *
   * @param le requests within each bound in seconds, cumulative, all at positive infinity
   * @return empty: too few requests, or no such bound that a policy can say
   */
  static Optional<SlowerThan> fitting(SortedMap<Double, Double> le) {
    if (le.isEmpty() || le.lastEntry().getValue() < LEAST) {
      return Optional.empty();
    }
    return at(le, 0.99).or(() -> at(le, 0.95));
  }

  private static Optional<SlowerThan> at(SortedMap<Double, Double> le, double share) {
    double all = le.lastEntry().getValue();
    return le.entrySet().stream()
        .filter(e -> Double.isFinite(e.getKey()) && e.getValue() >= share * all)
        .findFirst()
        .filter(e -> isWholeMillis(e.getKey()))
        .map(
            e ->
                new SlowerThan(
                    Duration.ofMillis(Math.round(e.getKey() * 1000)), e.getValue() / all));
  }

  /** As a policy writes durations. */
  private static boolean isWholeMillis(double seconds) {
    double millis = seconds * 1000;
    return millis >= 1 && millis < 3_600_000 && Math.abs(millis - Math.round(millis)) < 1e-6;
  }
}
