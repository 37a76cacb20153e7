package dev.sluice.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * Writes what the judge alone is told before the first tick, as {@link LadderReader} reads it, from
 * a policy: so that a release can be judged again by what was read of it.
 */
public final class LadderWriter {
  private static final String ELSEWHERE = "leave --record out";

  private final Problems problems = new Problems();
  private final ObjectNode line = JsonNodeFactory.instance.objectNode();

  private LadderWriter() {}

  /**
   * @param spec of the policy, with the times that are really kept
   * @param tick the usual length of a tick
   * @return the whole object; or what of the policy cannot be said there
   */
  public static Parsed<ObjectNode> write(Resolved policy, Spec spec, Duration tick) {
    LadderWriter writer = new LadderWriter();
    writer.config(policy, spec, tick);
    if (writer.problems.none()
        && LadderReader.read(writer.line) instanceof Parsed.Bad<?>(var refused)) {
      refused.forEach(writer.problems::add);
    }
    return Parsed.of(writer.line, writer.problems);
  }

  private void config(Resolved policy, Spec spec, Duration tick) {
    ObjectNode config = line.putObject("config");
    config.put("tick", tick.toNanos() / 1e9);
    analysis(config.putObject("analysis"), policy);
    switch (spec.strategy()) {
      case Strategy.Canary canary -> {
        canary.stages().forEach(s -> stage(config, s));
        if (canary.adaptive()) {
          config.put("adaptive", true);
        }
      }
      case Strategy.BlueGreen _ ->
          cannot("spec.strategy.blueGreen", "moves all users at once, and a record is of weights");
    }
    if (spec.route().isEmpty()) {
      cannot("spec.route", "is not there, so that pods divide the traffic and no weights");
    }
  }

  private static void stage(ObjectNode config, Stage stage) {
    config
        .withArrayProperty("stages")
        .addObject()
        .put("name", stage.name())
        .put("weight", stage.served().perMille() / 10.0)
        .put("min", ShortDuration.format(stage.min()))
        .put("max", ShortDuration.format(stage.max()));
  }

  private void analysis(ObjectNode to, Resolved policy) {
    PolicySpec.Analysis given = policy.policy().spec().analysis();
    to.put("falseAlarm", given.falseAlarm().toString());
    ObjectNode exposure = to.putObject("exposure");
    given.exposure().requests().ifPresent(requests -> exposure.put("requests", requests));
    given.exposure().seconds().ifPresent(seconds -> exposure.put("seconds", seconds));
    to.put("onInconclusive", Words.of(given.onInconclusive()));
    to.put("arm", Words.of(given.arm()));
    to.put("minimum", given.minimum());
    for (int i = 0; i < given.metrics().size(); i++) {
      MetricSource source = policy.metrics().get(i);
      ObjectNode metric = to.withArrayProperty("metrics").addObject();
      Optional<MetricPreset> preset = given.metrics().get(i).preset();
      if (preset.isPresent()) {
        metric.put("preset", preset.get().label());
      } else if (source.selectors().isPresent()) {
        metric.put("name", source.metric().name());
        MetricSource.Selectors own = source.selectors().get();
        metric.put(own.good() ? "good" : "bad", own.some().toString());
        metric.put("total", own.total().toString());
      } else {
        cannot(
            "spec.analysis.metrics[" + i + "]",
            "is "
                + source.metric().name()
                + ", which Prometheus counts, and a record holds what pods and gateways count");
      }
      slow(metric, given.metrics().get(i));
      given
          .metrics()
          .get(i)
          .warmUp()
          .ifPresent(age -> metric.put("warmUp", ShortDuration.format(age)));
      tolerated(metric, source.metric());
    }
  }

  private static void slow(ObjectNode to, PolicySpec.Metric given) {
    given.slowerThan().ifPresent(bound -> to.put("slowerThan", ShortDuration.format(bound)));
    given.quantile().ifPresent(share -> to.put("quantile", share.toString()));
    given
        .slo()
        .ifPresent(
            slo ->
                to.putObject("slo")
                    .put("within", ShortDuration.format(slo.within()))
                    .put("share", slo.share().toString()));
  }

  private static void tolerated(ObjectNode to, Metric metric) {
    BigDecimal points = BigDecimal.valueOf(metric.tolerance().points()).movePointRight(2);
    to.putObject("tolerance")
        .put("factor", metric.tolerance().factor())
        .put("points", new Percent(points).toString());
  }

  private void cannot(String path, String seen) {
    problems.add(new Problem(0, path, seen, ELSEWHERE));
  }
}
