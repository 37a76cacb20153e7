package dev.sluice.bench.judge;

import dev.sluice.engine.evidence.Background;
import dev.sluice.engine.evidence.Quiet;
import dev.sluice.engine.evidence.Sample;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Who asks a pod beside its users and is counted with them: kubelet whether it lives and whether it
 * is ready, somebody's Prometheus, each every ten seconds at a moment of its own; and our own
 * readings.
 */
final class Checks {
  private static final double PERIOD = 10;
  private static final int CALLERS = 3;

  /** Pods of an earlier release, and how long they were ready before their first user. */
  private static final int PODS = 2;

  private static final int TICKS = 10;
  private static final Set<String> COUNTED = Set.of("errors", "latency");

  private final double[] phases = new double[CALLERS];

  Checks(Dice dice) {
    for (int i = 0; i < phases.length; i++) {
      phases[i] = PERIOD * dice.uniform();
    }
  }

  /** How many of them come in the seconds up to that moment, and our reading at it. */
  double in(double seconds, double end) {
    double count = 1;
    for (double phase : phases) {
      count += Math.floor((end - phase) / PERIOD) - Math.floor((end - seconds - phase) / PERIOD);
    }
    return count;
  }

  /** What was learned of them in the release before. */
  static Background learned(long seed, double seconds) {
    Dice dice = new Dice(seed);
    Quiet quiet = Quiet.nothing();
    for (int pod = 0; pod < PODS; pod++) {
      Checks checks = new Checks(dice);
      for (int i = 1; i <= TICKS; i++) {
        Sample counted = new Sample.Rate(0, checks.in(seconds, seconds * i));
        quiet =
            quiet.plus(
                Map.of("errors", counted, "latency", counted),
                COUNTED,
                Duration.ofMillis(Math.round(1000 * seconds)),
                i > 1);
      }
    }
    return quiet.learned(Background.none());
  }
}
