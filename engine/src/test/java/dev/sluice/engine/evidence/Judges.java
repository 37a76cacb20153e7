package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Analysis;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/** Judges of the usual metrics, at ticks of two seconds. */
final class Judges {
  private static final Duration TICK = Duration.ofSeconds(2);

  private Judges() {}

  static Judge armed(Shop shop) {
    return armed(shop.history(Duration.ofMinutes(30)));
  }

  static Judge armed(List<Tick> history) {
    return new Judge(
        Analysis.defaults(),
        Calibration.of(history, Analysis.defaults()),
        TICK,
        new Arming(149, 0, 2),
        OptionalDouble.empty());
  }

  /** Nobody has shown anything; the user answers for it. */
  static Judge always() {
    Analysis analysis = Analysis.defaults().withArm(Analysis.Arm.ALWAYS);
    return new Judge(analysis, Calibration.none(), TICK, Arming.none(), OptionalDouble.empty());
  }

  static Judge unarmed() {
    return new Judge(
        Analysis.defaults(), Calibration.none(), TICK, Arming.none(), OptionalDouble.empty());
  }
}
