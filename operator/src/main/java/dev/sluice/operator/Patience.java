package dev.sluice.operator;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits longer after each failure in a row, up to a ceiling; never two processes in step. */
final class Patience {
  private final Duration first;
  private final Duration ceiling;
  private final RandomGenerator random;
  private int failures;

  Patience(Duration first, Duration ceiling, RandomGenerator random) {
    this.first = first;
    this.ceiling = ceiling;
    this.random = random;
  }

  void calm() {
    failures = 0;
  }

  /** How long to wait after one more failure: half of it certain, half of it by lot. */
  Duration afterFailure() {
    double doubled = first.toNanos() * Math.pow(2, Math.min(failures, 30));
    failures++;
    double most = Math.min((double) ceiling.toNanos(), doubled);
    return Duration.ofNanos((long) (most * (0.5 + random.nextDouble() / 2)));
  }
}
