package dev.sluice.api;

import dev.sluice.engine.model.Affinity;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Approvals;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** A policy in the engine's terms. */
final class Mapping {
  private static final Duration MIN = Duration.ofMinutes(10);

  private Mapping() {}

  static Spec spec(PolicySpec policy, List<MetricSource> metrics, Spec.Route route) {
    return new Spec(
        strategy(policy.strategy()),
        policy.services(),
        policy.route().map(r -> route),
        policy.keepWarm(),
        policy.drain(),
        policy.prepareWithin(),
        policy.afterAbort(),
        analysis(policy.analysis(), metrics),
        new Capacity(
            policy
                .capacity()
                .perPod()
                .map(p -> OptionalDouble.of(p.requestsPerSecond()))
                .orElse(OptionalDouble.empty()),
            policy.capacity().targetUtilisation().fraction(),
            policy.capacity().hotKeyShare().fraction()),
        checks(policy),
        policy.approvals().map(Mapping::approvals).orElse(Approvals.ANYBODY),
        false);
  }

  private static List<CheckSpec> checks(PolicySpec policy) {
    List<CheckSpec> checks = new ArrayList<>();
    if (policy.rehearseWayBack()) {
      checks.addAll(CheckSpec.rehearsals(policy.prepareWithin()));
    }
    for (PolicyCheck c : policy.checks()) {
      checks.add(new CheckSpec(c.name(), c.at(), c.stage(), c.timeout(), CheckSpec.OnNo.ABORT));
    }
    return checks;
  }

  private static Approvals approvals(dev.sluice.api.Approvals asked) {
    return new Approvals(
        asked.fourEyes(), Set.copyOf(asked.groups()), asked.people(), asked.expires());
  }

  private static Strategy strategy(PolicySpec.Strategy strategy) {
    return strategy
        .canary()
        .map(Mapping::canary)
        .orElseGet(
            () -> {
              PolicySpec.BlueGreen blueGreen = strategy.blueGreen().orElseThrow();
              return new Strategy.BlueGreen(
                  blueGreen.previewService(),
                  blueGreen.validate(),
                  blueGreen.approve().orElse(Approval.NONE),
                  blueGreen.bake());
            });
  }

  private static Strategy canary(PolicySpec.Canary canary) {
    Optional<Affinity> affinity = canary.affinity().map(a -> new Affinity(a.cookie(), a.maxAge()));
    List<Stage> stages = canary.preset().map(Preset::stages).orElseGet(() -> stages(canary));
    return new Strategy.Canary(stages, canary.bake(), affinity, canary.adaptive());
  }

  private static List<Stage> stages(PolicySpec.Canary canary) {
    List<Stage> stages = new ArrayList<>();
    Share before = Share.NONE;
    for (PolicySpec.Stage stage : canary.stages()) {
      Share weight = stage.weight().map(Percent::share).orElse(before);
      Duration min =
          stage.min().orElseGet(() -> stage.max().filter(m -> m.compareTo(MIN) < 0).orElse(MIN));
      stages.add(
          new Stage(
              stage.name(),
              weight,
              stage.match().stream().map(PolicySpec.Match::picks).toList(),
              min,
              stage.max().orElse(min.multipliedBy(4)),
              stage.approve().orElse(Approval.NONE),
              stage.holdback().map(Percent::share).orElse(Share.NONE),
              stage.mirror().map(Percent::share).orElse(Share.NONE)));
      before = weight;
    }
    return stages;
  }

  static Analysis analysis(PolicySpec.Analysis analysis, List<MetricSource> metrics) {
    PolicySpec.Exposure exposure = analysis.exposure();
    return new Analysis(
        analysis.falseAlarm().fraction(),
        exposure.requests().isPresent()
            ? new Analysis.Exposure.Requests(exposure.requests().getAsDouble())
            : new Analysis.Exposure.Seconds(exposure.seconds().orElse(1)),
        analysis.onInconclusive(),
        analysis.arm(),
        metrics.stream().map(MetricSource::metric).toList(),
        analysis.minimum());
  }

  /** Where the policy says nothing: as in the template, else as the preset has it. */
  static Metric.Tolerance tolerance(
      Optional<PolicySpec.Tolerance> given,
      Optional<PolicySpec.Tolerance> template,
      Metric.Tolerance usual) {
    return new Metric.Tolerance(
        factor(given).orElse(factor(template).orElse(usual.factor())),
        points(given).or(() -> points(template)).orElse(usual.points()));
  }

  private static OptionalDouble factor(Optional<PolicySpec.Tolerance> tolerance) {
    return tolerance.map(PolicySpec.Tolerance::factor).orElse(OptionalDouble.empty());
  }

  private static Optional<Double> points(Optional<PolicySpec.Tolerance> tolerance) {
    return tolerance.flatMap(PolicySpec.Tolerance::points).map(Percent::fraction);
  }
}
