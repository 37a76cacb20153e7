package dev.sluice.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.engine.ladder.Ladder;
import dev.sluice.engine.model.Analysis;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what the judge alone is told before the first tick: {@code {"config": {…}}}. The analysis
 * is a policy's; weights are numbers in percent, shares are 0..1 or texts like {@code "5%"}.
 */
public final class LadderReader {
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final double SHORTEST_TICK = 0.1;
  private static final double LONGEST_TICK = 3600;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int LONGEST_NAME = 100;

  private LadderReader() {}

  /**
   * @param line the whole object
   */
  public static Parsed<Ladder> read(ObjectNode line) {
    Problems problems = new Problems();
    ObjectNode plain = line.deepCopy();
    sharesAsTexts(plain.path("config"));
    Fields outer = Document.of(plain, problems).fields();
    Fields config = outer.needObject("config", "write { tick, analysis, stages }");
    outer.end();
    Ladder ladder = ladder(config, problems);
    return Parsed.of(ladder, problems);
  }

  private static Ladder ladder(Fields config, Problems problems) {
    String seconds = "write the seconds of a tick, like 10";
    double tick = config.number("tick", SHORTEST_TICK, LONGEST_TICK).orElse(LONGEST_TICK);
    missing(config, "tick", seconds);
    missing(config, "analysis", "write {} for the defaults");
    Analysis analysis = analysis(config, problems);
    missing(config, "stages", "write at least one, like { name, weight, min, max }");
    List<Ladder.Rung> rungs = new ArrayList<>();
    double before = 0;
    List<Fields> stages = config.objects("stages");
    for (Fields stage : stages) {
      Ladder.Rung rung = rung(stage, before);
      before = rung.percent();
      rungs.add(rung);
    }
    if (config.has("stages") && stages.isEmpty() && config.sound()) {
      config.wrong("stages", "has none", "write at least one, like { name, weight, min, max }");
    }
    if (stages.size() > StrategyReader.STAGES) {
      config.wrong("stages", "has " + stages.size(), "write at most " + StrategyReader.STAGES);
    }
    config.distinct("stages", rungs.stream().map(Ladder.Rung::name).toList());
    BigDecimal holdback = config.percent("holdback").map(Percent::value).orElse(BigDecimal.ZERO);
    double top = HUNDRED.subtract(holdback).doubleValue();
    if (top < before && top > 0) {
      config.wrong(
          "holdback",
          "leaves " + top + " % to the candidate, less than the last stage's " + before,
          "write less; the weight never falls on the way up");
    }
    if (top < 100 && rungs.stream().anyMatch(rung -> rung.name().equals("bake"))) {
      config.wrong(
          "stages",
          "has one called bake",
          "name it otherwise: so the time at " + top + " % is called");
    }
    if (top == 0) {
      config.wrong("holdback", "is all", "write what stays with stable in the bake, like \"10%\"");
    }
    Duration bake = PolicyReader.atMost(config, "bake", LONGEST).orElse(Duration.ZERO);
    boolean adaptive = config.flag("adaptive").orElse(false);
    boolean completions = config.flag("completions").orElse(true);
    config.end();
    return new Ladder(
        analysis,
        Duration.ofNanos(Math.round(tick * 1e9)),
        rungs,
        top,
        bake,
        adaptive,
        completions);
  }

  private static Ladder.Rung rung(Fields stage, double before) {
    String named = "write a name of at most " + LONGEST_NAME + " letters";
    String name = stage.need("name", named);
    if (name.length() > LONGEST_NAME || (name.isEmpty() && stage.has("name"))) {
      stage.wrong("name", "has " + name.length() + " letters", named);
    }
    double weight = stage.number("weight", 0, 100).orElse(before);
    missing(stage, "weight", "write percents from 0 to 100");
    if (weight < before) {
      stage.wrong(
          "weight",
          "falls to " + weight + " from " + before,
          "write at least " + before + "; a stage never takes users back");
    }
    Optional<Duration> min = PolicyReader.atMost(stage, "min", LONGEST);
    missing(stage, "min", "write the least time in it, like 60s");
    Optional<Duration> max = PolicyReader.atMost(stage, "max", LONGEST);
    missing(stage, "max", "write when absence of harm is enough, like 300s");
    if (min.isPresent() && max.filter(m -> m.compareTo(min.get()) < 0).isPresent()) {
      stage.wrong(
          "max",
          "is " + ShortDuration.format(max.get()),
          "write at least min, which is " + ShortDuration.format(min.get()));
    }
    stage.end();
    return new Ladder.Rung(name, weight, min.orElse(Duration.ZERO), max.orElse(Duration.ZERO));
  }

  private static Analysis analysis(Fields config, Problems problems) {
    PolicySpec.Analysis given = AnalysisReader.read(config.object("analysis"));
    List<MetricSource> metrics = new ArrayList<>();
    for (int i = 0; i < given.metrics().size(); i++) {
      PolicySpec.Metric metric = given.metrics().get(i);
      metric
          .template()
          .or(metric::clusterTemplate)
          .ifPresent(
              name ->
                  problems.add(
                      new Problem(
                          0,
                          "config.analysis.metrics",
                          "names the template \"" + name + "\", and there are no templates here",
                          "write its name, bad and total")));
      metrics.add(Resolved.source(metric, Optional.empty(), Optional.empty()));
    }
    return Mapping.analysis(given, metrics);
  }

  private static void missing(Fields fields, String field, String mend) {
    if (!fields.has(field)) {
      fields.wrong(field, "is missing", mend);
    }
  }

  /** A policy takes a share as a text alone, for 0.5 could be a half, or half a percent. */
  private static void sharesAsTexts(JsonNode config) {
    asText(config, "holdback");
    asText(config.path("analysis"), "falseAlarm");
    config.path("analysis").path("metrics").forEach(m -> asText(m.path("tolerance"), "points"));
  }

  private static void asText(JsonNode object, String field) {
    JsonNode share = object.path(field);
    if (object instanceof ObjectNode parent && share.isNumber()) {
      double value = share.doubleValue();
      boolean within = value >= 0 && value <= 1;
      String percent =
          within
              ? BigDecimal.valueOf(value).movePointRight(2).stripTrailingZeros().toPlainString()
                  + "%"
              : share.asText();
      parent.set(field, new TextNode(percent));
    }
  }
}
