package dev.sluice.engine.sim;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Policies for the tests; times are such that one step of the tests' clock ends them. */
final class Specs {
  private static final Duration SHORT = Duration.ofMinutes(5);

  private Specs() {}

  static Spec canary(int... percents) {
    return spec(stages(percents), Optional.of(Spec.Route.FULL));
  }

  static Spec byReplicas(int... percents) {
    return spec(stages(percents), Optional.empty());
  }

  static Spec blueGreen() {
    return spec(
        new Strategy.BlueGreen(Optional.of("preview"), SHORT, Approval.NONE, SHORT),
        Optional.empty());
  }

  static Spec spec(Strategy strategy, Optional<Spec.Route> route) {
    return new Spec(
        strategy,
        List.of("shop"),
        route,
        Duration.ofHours(1),
        Duration.ofSeconds(10),
        Duration.ofMinutes(10),
        Spec.AfterAbort.KEEP,
        Analysis.defaults(),
        Capacity.unknown(),
        List.of());
  }

  private static Strategy stages(int... percents) {
    List<Stage> stages = new ArrayList<>();
    for (int p : percents) {
      stages.add(
          new Stage(
              "at-" + p,
              Share.percent(p),
              List.of(),
              SHORT,
              SHORT.multipliedBy(3),
              Approval.NONE,
              Share.NONE,
              Share.NONE));
    }
    return new Strategy.Canary(stages, SHORT, Optional.empty());
  }
}
