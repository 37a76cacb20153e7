package dev.sluice.cli.plan;

import dev.sluice.api.MetricSource;
import dev.sluice.api.Resolved;
import dev.sluice.api.ShortDuration;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.forecast.Detection;
import dev.sluice.engine.forecast.Forecast;
import dev.sluice.engine.forecast.Load;
import dev.sluice.engine.forecast.Part;
import dev.sluice.engine.forecast.Situation;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import dev.sluice.kubernetes.Budgets;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.plan.Obstacle;
import dev.sluice.kubernetes.plan.WriteInWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a plan together from what was forecast and what was looked at. */
public final class PlanOf {
  /** Shares of the answers that fail. */
  public static final List<Double> HARMS = List.of(0.01, 0.05, 0.5);

  private final Resolved policy;
  private final Workload workload;
  private final Situation situation;
  private final Forecast.Told earliest;
  private final Forecast.Told latest;
  private final Optional<Forecast.Told> expected;

  public PlanOf(Resolved policy, Workload workload, Situation situation) {
    this.policy = policy;
    this.workload = workload;
    this.situation = situation;
    this.earliest = Forecast.earliest(situation);
    this.latest = Forecast.latest(situation);
    this.expected = Forecast.expected(situation);
  }

  /** As early as it may be. */
  public Forecast.Told earliest() {
    return earliest;
  }

  /**
   * @param asking what the pods beyond today's ask for
   * @param counters by which it is judged
   */
  public PlanView with(
      List<Obstacle> obstacles, Optional<String> asking, Counters counters, List<String> unknown) {
    return new PlanView(
        workload.policy(),
        workload.namespace(),
        "Deployment " + workload.deployment() + ", " + kind(),
        new PlanView.Takes(
            words(earliest.lasts()),
            expected.filter(t -> t.stands().isEmpty()).map(t -> words(t.lasts())),
            words(latest.lasts()),
            words(situation.podsReady())),
        steps(),
        new PlanView.Pods(situation.replicas(), earliest.most(), asking),
        obstacles.stream().filter(Obstacle::blocks).map(Obstacle::sentence).toList(),
        obstacles.stream().filter(o -> !o.blocks()).map(Obstacle::sentence).toList(),
        situation.load().map(load -> evidence(load, counters)),
        unknown);
  }

  private String kind() {
    return switch (spec().strategy()) {
      case Strategy.Canary canary ->
          (canary.adaptive() ? "adaptive " : "")
              + (spec().route().isPresent() ? "canary" : "canary by pod counts");
      case Strategy.BlueGreen _ -> "blue-green";
    };
  }

  private Spec spec() {
    return situation.spec();
  }

  private List<PlanView.Step> steps() {
    WriteInWords words =
        new WriteInWords(
            workload,
            Forecast.STABLE,
            situation.entryPoints().stream().anyMatch(e -> Budgets.named(e).isPresent()));
    List<PlanView.Step> steps = new ArrayList<>();
    for (Part part : parts()) {
      steps.add(
          new PlanView.Step(
              part.name(),
              in(earliest, part).map(p -> words(p.from())),
              in(latest, part).map(p -> words(p.from())).orElse(""),
              part.served().toString(),
              part.stable(),
              part.candidate(),
              part.writes().stream().flatMap(w -> words.of(w).stream()).toList(),
              part.asks()));
    }
    return steps;
  }

  /** Every step there is: where nothing is proven, an adaptive ladder skips none. */
  private List<Part> parts() {
    boolean adaptive = spec().strategy() instanceof Strategy.Canary canary && canary.adaptive();
    return adaptive ? latest.parts() : earliest.parts();
  }

  private static Optional<Part> in(Forecast.Told told, Part part) {
    return told.parts().stream()
        .filter(p -> p.kind() == part.kind() && p.name().equals(part.name()))
        .findFirst();
  }

  /** Whether a version as good as stable comes to a later step, and not to that one. */
  private boolean skipped(Part part) {
    List<Part> all = parts();
    List<Part> later = all.subList(all.indexOf(part) + 1, all.size());
    return expected
        .filter(told -> in(told, part).isEmpty())
        .filter(told -> later.stream().anyMatch(p -> in(told, p).isPresent()))
        .isPresent();
  }

  private PlanView.Evidence evidence(Load load, Counters counters) {
    List<Detection> detections = Forecast.detections(situation, HARMS);
    List<PlanView.Stage> stages = new ArrayList<>();
    for (Part part : parts()) {
      Optional<Duration> min = min(part);
      if (min.isPresent() && !part.served().isNone() && !skipped(part)) {
        stages.add(
            new PlanView.Stage(
                part.name(),
                part.served().toString(),
                words(min.get()),
                Math.rint(
                    load.requestsPerSecond()
                        * part.served().fraction()
                        * min.get().toMillis()
                        / 1000.0),
                passes(part),
                harms(part.name(), detections)));
      }
    }
    return new PlanView.Evidence(
        load.requestsPerSecond(),
        load.errors(),
        counters.today(),
        Forecast.armed(situation),
        expected.flatMap(Forecast.Told::stands).map(Reason::sentence),
        stages,
        cannotSee(load, counters));
  }

  private Optional<Duration> min(Part part) {
    return switch (part.kind()) {
      case STAGE ->
          Plan.of(spec()).stages().stream()
              .filter(s -> s.name().equals(part.name()))
              .map(Stage::min)
              .findFirst();
      case BAKE -> Optional.of(spec().strategy().bake());
      case PREPARE, HAND_OVER, KEEP_WARM, CLEAR, BACK -> Optional.empty();
    };
  }

  /** Empty where it would stand in that stage, or not come to it. */
  private Optional<String> passes(Part part) {
    List<Part> parts = expected.map(Forecast.Told::parts).orElse(List.of());
    return parts.stream()
        .filter(p -> p.kind() == part.kind() && p.name().equals(part.name()))
        .filter(p -> !p.equals(parts.getLast()))
        .map(p -> words(p.lasts()))
        .findFirst();
  }

  private static List<PlanView.Harm> harms(String stage, List<Detection> all) {
    return all.stream()
        .filter(d -> d.stage().equals(stage))
        .map(
            d ->
                new PlanView.Harm(
                    d.errors(), Words.of(d.end()), words(d.after()), Math.rint(d.hurt())))
        .toList();
  }

  private List<String> cannotSee(Load load, Counters counters) {
    List<String> all = new ArrayList<>();
    if (spec().route().isEmpty()) {
      all.add(
          "Requests that are refused, or never answered: without a route nothing says how many were"
              + " sent to which version.");
    } else if (!load.gateway()) {
      all.add(
          "Requests that are refused, or never answered, as fast as errors: %s, so they are missed"
                  .formatted(counters.noGateway())
              + " only as a share of answers that does not come.");
    }
    for (MetricSource metric : policy.metrics()) {
      if (metric.queries().isPresent()) {
        all.add(
            "%s as soon as it is said here: Prometheus is asked for it, each half minute or so."
                .formatted(metric.metric().name()));
      }
    }
    if (Plan.of(spec()).stages().stream().map(Stage::served).allMatch(Share::isNone)) {
      all.add("Anything before the flip: no user reaches the new version until then.");
    }
    all.add("What chance does to counts: these are the ones to be expected.");
    return all;
  }

  private static String words(Duration d) {
    return ShortDuration.format(Duration.ofSeconds(d.toSeconds()));
  }
}
