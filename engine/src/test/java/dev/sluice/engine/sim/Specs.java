package dev.sluice.engine.sim;

import dev.sluice.engine.model.Affinity;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Approvals;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Policies for the tests; times are such that one step of the tests' clock ends them. */
public final class Specs {
  private static final Duration SHORT = Duration.ofMinutes(5);

  private Specs() {}

  public static Spec canary(int... percents) {
    return spec(stages(percents), Optional.of(Spec.Route.FULL));
  }

  static Spec byReplicas(int... percents) {
    return spec(stages(percents), Optional.empty());
  }

  static Spec adaptive(int... percents) {
    return adaptive(plain(percents), List.of());
  }

  static Spec adaptive(List<Stage> stages, List<CheckSpec> checks) {
    Spec plain =
        spec(
            new Strategy.Canary(stages, SHORT, Optional.empty(), true),
            Optional.of(Spec.Route.FULL));
    return new Spec(
        plain.strategy(),
        plain.services(),
        plain.route(),
        plain.keepWarm(),
        plain.drain(),
        plain.prepareWithin(),
        plain.afterAbort(),
        plain.analysis(),
        plain.capacity(),
        checks,
        plain.approvals(),
        false);
  }

  /** Of each kind of stage one that may not be skipped, between such as may. */
  static Spec adaptiveWithGates() {
    List<Stage> stages = new ArrayList<>(plain(1, 2, 5, 10, 20, 30, 50, 60, 90));
    stages.addFirst(
        new Stage(
            "whitelist",
            Share.NONE,
            List.of(new Match.Header("x-canary", "always")),
            SHORT,
            SHORT,
            Approval.NONE,
            Share.NONE,
            Share.NONE));
    stages.set(4, asking(stages.get(4), Approval.BEFORE));
    stages.set(8, asking(stages.get(8), Approval.AFTER));
    return adaptive(
        stages, List.of(check("thirty-ok", CheckSpec.Moment.BEFORE_STAGE, Optional.of("at-30"))));
  }

  static Stage asking(Stage stage, Approval approval) {
    return new Stage(
        stage.name(),
        stage.weight(),
        stage.match(),
        stage.min(),
        stage.max(),
        approval,
        stage.holdback(),
        stage.mirror());
  }

  static Spec blueGreen() {
    return spec(
        new Strategy.BlueGreen(Optional.of("preview"), SHORT, Approval.NONE, SHORT),
        Optional.empty());
  }

  static Spec blueGreenRouted() {
    return spec(
        new Strategy.BlueGreen(Optional.empty(), SHORT, Approval.AFTER, SHORT),
        Optional.of(Spec.Route.FULL));
  }

  /** Asks for affinity and copies, by a route that has neither. */
  static Spec beyondItsRoute() {
    Stage half =
        new Stage(
            "half",
            Share.percent(50),
            List.of(),
            SHORT,
            SHORT,
            Approval.NONE,
            Share.NONE,
            Share.percent(10));
    return spec(
        new Strategy.Canary(
            List.of(half), SHORT, Optional.of(new Affinity("track", Duration.ofHours(1)))),
        Optional.of(new Spec.Route(true, false, false)));
  }

  static Spec everything() {
    List<Stage> stages =
        List.of(
            new Stage(
                "whitelist",
                Share.NONE,
                List.of(new Match.Header("x-canary", "always")),
                SHORT,
                SHORT,
                Approval.NONE,
                Share.NONE,
                Share.NONE),
            new Stage(
                "small",
                new Share(5),
                List.of(),
                SHORT,
                SHORT,
                Approval.BEFORE,
                Share.NONE,
                Share.percent(10)),
            new Stage(
                "full",
                Share.ALL,
                List.of(),
                SHORT,
                SHORT,
                Approval.AFTER,
                Share.percent(10),
                Share.NONE));
    Spec plain =
        spec(
            new Strategy.Canary(
                stages, SHORT, Optional.of(new Affinity("track", Duration.ofHours(1)))),
            Optional.of(Spec.Route.FULL));
    return new Spec(
        plain.strategy(),
        List.of("shop", "shop-internal"),
        plain.route(),
        plain.keepWarm(),
        plain.drain(),
        plain.prepareWithin(),
        Spec.AfterAbort.REVERT,
        plain.analysis(),
        new Capacity(OptionalDouble.of(100), 0.7, 0.1),
        Stream.concat(
                Stream.of(
                    check("unit", CheckSpec.Moment.BEFORE_RELEASE, Optional.empty()),
                    check("smoke", CheckSpec.Moment.BEFORE_TRAFFIC, Optional.empty()),
                    check("small-ok", CheckSpec.Moment.BEFORE_STAGE, Optional.of("small")),
                    check("flip-ok", CheckSpec.Moment.BEFORE_FLIP, Optional.empty()),
                    check("after", CheckSpec.Moment.AFTER_FLIP, Optional.empty())),
                CheckSpec.rehearsals(Duration.ofMinutes(1)).stream())
            .toList(),
        Approvals.ANYBODY,
        false);
  }

  static CheckSpec check(String name, CheckSpec.Moment at, Optional<String> stage) {
    return new CheckSpec(name, at, stage, Duration.ofSeconds(30), CheckSpec.OnNo.ABORT);
  }

  static Spec spec(Strategy strategy, Optional<Spec.Route> route) {
    return spec(strategy, route, Approvals.ANYBODY);
  }

  static Spec asking(Strategy strategy, Approvals approvals) {
    return spec(strategy, Optional.of(Spec.Route.FULL), approvals);
  }

  private static Spec spec(Strategy strategy, Optional<Spec.Route> route, Approvals approvals) {
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
        List.of(),
        approvals,
        false);
  }

  private static Strategy stages(int... percents) {
    return new Strategy.Canary(plain(percents), SHORT, Optional.empty());
  }

  /** Stages that do nothing but raise the weight. */
  static List<Stage> plain(int... percents) {
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
    return stages;
  }
}
