package dev.sluice.api;

import dev.sluice.engine.model.Approvals;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.time.Duration;

/**
 * A spec in a world that runs faster, for rehearsals: an hour of a stage passes in two minutes.
 * What is judged (tolerances, latency bounds) stays as it is.
 */
public final class Pace {
  private Pace() {}

  /**
   * @param by 1: as it is; 30: all durations a thirtieth
   */
  public static Spec divide(Spec spec, double by) {
    if (by == 1) {
      return spec;
    }
    return new Spec(
        strategy(spec.strategy(), by),
        spec.services(),
        spec.route(),
        shorter(spec.keepWarm(), by),
        shorter(spec.drain(), by),
        spec.prepareWithin(),
        spec.afterAbort(),
        spec.analysis(),
        spec.capacity(),
        spec.checks(),
        approvals(spec.approvals(), by),
        spec.leaving());
  }

  private static Strategy strategy(Strategy strategy, double by) {
    return switch (strategy) {
      case Strategy.Canary canary ->
          new Strategy.Canary(
              canary.stages().stream().map(s -> stage(s, by)).toList(),
              shorter(canary.bake(), by),
              canary.affinity(),
              canary.adaptive());
      case Strategy.BlueGreen blueGreen ->
          new Strategy.BlueGreen(
              blueGreen.previewService(),
              shorter(blueGreen.validate(), by),
              blueGreen.approval(),
              shorter(blueGreen.bake(), by));
    };
  }

  private static Approvals approvals(Approvals approvals, double by) {
    return new Approvals(
        approvals.fourEyes(),
        approvals.groups(),
        approvals.people(),
        approvals.expires().map(age -> shorter(age, by)));
  }

  private static Stage stage(Stage stage, double by) {
    return new Stage(
        stage.name(),
        stage.weight(),
        stage.match(),
        shorter(stage.min(), by),
        shorter(stage.max(), by),
        stage.approval(),
        stage.holdback(),
        stage.mirror());
  }

  private static Duration shorter(Duration duration, double by) {
    return Duration.ofNanos(Math.round(duration.toNanos() / by));
  }
}
