package dev.sluice.api;

import dev.sluice.api.PolicySpec.Analysis;
import dev.sluice.api.PolicySpec.Exposure;
import dev.sluice.api.PolicySpec.Metric;
import dev.sluice.api.PolicySpec.Prometheus;
import dev.sluice.api.PolicySpec.Scrape;
import dev.sluice.api.PolicySpec.Slo;
import dev.sluice.api.PolicySpec.Tolerance;
import dev.sluice.engine.model.Analysis.Arm;
import dev.sluice.engine.model.Analysis.OnInconclusive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Reads how a release is judged. */
final class AnalysisReader {
  private static final String SELECTOR = "write a selector like orders_total{outcome!=\"ok\"}";
  static final int METRICS = 20;
  private static final String COUNTED = "write bad and total, or prometheus: { bad: …, total: … }";
  static final String BAD_OR_GOOD = "write either bad or good: what is not the one is the other";
  static final String ONE_BOUND = "write only one of slowerThan, quantile and slo";
  static final String MOST = "write at least 50% and less than 100%, like 99%";
  static final int LEAST_SHARE = 50;
  static final String QUERY = "write a query like sum by (pod) (orders_total{{{selector}}})";
  static final Duration LONGEST_WARM_UP = Duration.ofHours(1);
  static final Duration LONGEST_EVERY = Duration.ofHours(1);
  static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,62}");
  static final Pattern PATH = Pattern.compile("/[\\w.~!$&'()*+,;=:@%/?-]*");

  private AnalysisReader() {}

  static Analysis read(Optional<Fields> given) {
    if (given.isEmpty()) {
      return new Analysis(
          Percent.of(1),
          new Exposure(OptionalDouble.empty(), OptionalDouble.of(1)),
          OnInconclusive.HOLD,
          Arm.MEASURED,
          30,
          presets(),
          Optional.empty());
    }
    Fields fields = given.get();
    Percent falseAlarm = fields.percent("falseAlarm").orElse(Percent.of(1));
    if (falseAlarm.value().signum() == 0 || falseAlarm.value().doubleValue() > 50) {
      fields.wrong(
          "falseAlarm",
          "is " + falseAlarm + ", with which nobody can judge",
          "write more than 0% and at most 50%; 1% suits most");
    }
    Analysis analysis =
        new Analysis(
            falseAlarm,
            exposure(fields.object("exposure")),
            fields
                .word("onInconclusive", List.of(OnInconclusive.values()))
                .orElse(OnInconclusive.HOLD),
            fields.word("arm", List.of(Arm.values())).orElse(Arm.MEASURED),
            fields.integer("minimum", 1, 1_000_000).orElse(30),
            metrics(fields),
            fields.object("scrape").map(AnalysisReader::scrape));
    fields.end();
    return analysis;
  }

  private static Exposure exposure(Optional<Fields> given) {
    if (given.isEmpty()) {
      return new Exposure(OptionalDouble.empty(), OptionalDouble.of(1));
    }
    Fields fields = given.get();
    fields.oneOf("write requests (failures) or seconds (of all traffic)", "requests", "seconds");
    Exposure exposure =
        new Exposure(fields.number("requests", 1, 1e9), fields.number("seconds", 0.001, 3600));
    fields.end();
    return exposure;
  }

  private static Scrape scrape(Fields fields) {
    Scrape scrape = new Scrape(fields.integer("port", 1, 65_535), fields.text("path"));
    if (!fields.has("port") && !fields.has("path")) {
      fields.wrong("", "says nothing", "write { port: 9090 }, { path: /stats } or both");
    }
    if (scrape.path().filter(path -> !PATH.matcher(path).matches()).isPresent()) {
      fields.wrong(
          "path",
          "is \"" + scrape.path().get() + "\", which no request can ask for",
          "write a path like /metrics");
    }
    fields.end();
    return scrape;
  }

  private static List<Metric> presets() {
    List<Metric> presets = new ArrayList<>();
    for (MetricPreset preset : List.of(MetricPreset.ERRORS, MetricPreset.LATENCY)) {
      presets.add(
          new Metric(
              Optional.of(preset),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
    return presets;
  }

  private static List<Metric> metrics(Fields analysis) {
    if (!analysis.has("metrics")) {
      analysis.skip("metrics");
      return presets();
    }
    List<Metric> metrics =
        analysis.objects("metrics").stream().map(AnalysisReader::metric).toList();
    if (metrics.isEmpty() && analysis.sound()) {
      analysis.wrong(
          "metrics", "has none", "write at least { preset: errors }, or no metrics at all");
    }
    if (metrics.size() > METRICS) {
      analysis.wrong("metrics", "has " + metrics.size(), "write at most " + METRICS);
    }
    analysis.distinct("metrics", metrics.stream().map(Metric::label).toList());
    return metrics;
  }

  private static Metric metric(Fields fields) {
    String mend = "write { preset: errors }, or a name with bad and total, or { template: NAME }";
    fields.oneOf(mend, "preset", "name", "template", "clusterTemplate");
    Optional<MetricPreset> preset = preset(fields);
    boolean own = fields.has("name");
    Optional<Prometheus> queries = fields.object("prometheus").map(AnalysisReader::prometheus);
    if (queries.isPresent() && !own) {
      fields.wrong(
          "prometheus", "is said of a metric that brings its own", "take it away, or write a name");
    }
    counted(fields, own);
    Metric metric =
        new Metric(
            preset,
            fields.optionalName("template"),
            fields.optionalName("clusterTemplate"),
            fields.optionalName("name"),
            selector(fields, "bad", own && !fields.has("prometheus") && !fields.has("good")),
            selector(fields, "good", own && !fields.has("prometheus") && fields.has("good")),
            selector(fields, "total", own && !fields.has("prometheus")),
            queries,
            fields.duration("slowerThan"),
            most(fields, "quantile"),
            fields.object("slo").map(AnalysisReader::slo),
            PolicyReader.atMost(fields, "warmUp", LONGEST_WARM_UP),
            fields.object("tolerance").map(AnalysisReader::tolerance));
    if (fields.has("warmUp") && preset.filter(p -> p.defaults().kind().warmsUp()).isEmpty()) {
      fields.wrong(
          "warmUp",
          "is said of a metric in which pods count however young they are",
          "write it for latency, cpu, memory or saturation only");
    }
    for (String bound : List.of("slowerThan", "quantile", "slo")) {
      if (fields.has(bound) && !preset.equals(Optional.of(MetricPreset.LATENCY))) {
        fields.wrong(bound, "is said of a metric that is no time", "write it for latency only");
      }
    }
    fields.atMostOneOf(ONE_BOUND, "slowerThan", "quantile", "slo");
    if (metric.slowerThan().filter(Duration::isZero).isPresent()) {
      fields.wrong("slowerThan", "is no time at all", "write a duration like 500ms");
    }
    fields.end();
    return metric;
  }

  private static Optional<MetricPreset> preset(Fields fields) {
    return fields
        .text("preset")
        .flatMap(
            text -> {
              Optional<MetricPreset> preset = MetricPreset.named(text);
              if (preset.isEmpty()) {
                fields.wrong(
                    "preset",
                    "is \"" + text + "\"",
                    "write errors, latency, edge-errors, cpu, memory, saturation or restarts");
              }
              return preset;
            });
  }

  /** Not on pages and by queries at once. */
  private static void counted(Fields fields, boolean own) {
    boolean selectors = fields.has("bad") || fields.has("good") || fields.has("total");
    if (own && fields.has("prometheus") && selectors) {
      fields.wrong("prometheus", "is said beside bad, good or total", COUNTED);
    }
    fields.atMostOneOf(BAD_OR_GOOD, "bad", "good");
  }

  private static Optional<Selector> selector(Fields fields, String field, boolean own) {
    if (fields.has(field) && !own && !fields.has("name") && !fields.has("prometheus")) {
      fields.wrong(
          field, "is said of a metric that brings its own", "take it away, or write a name");
    }
    Optional<Selector> selector = fields.parsed(field, Selector::parse, SELECTOR);
    return own ? fields.required(selector, field, SELECTOR) : Optional.empty();
  }

  private static Slo slo(Fields fields) {
    String mend = "write an objective like { within: 300ms, share: 99% }";
    Slo slo =
        new Slo(
            fields.required(fields.duration("within"), "within", mend).orElse(Duration.ZERO),
            fields.required(most(fields, "share"), "share", mend).orElse(Percent.of(99)));
    if (fields.has("within") && slo.within().isZero() && fields.sound()) {
      fields.wrong("within", "is no time at all", "write a duration like 300ms");
    }
    fields.end();
    return slo;
  }

  /** Of requests, those that are not slow. */
  private static Optional<Percent> most(Fields fields, String field) {
    Optional<Percent> share = fields.percent(field);
    double percent = share.map(p -> p.value().doubleValue()).orElse(99.0);
    if (percent < LEAST_SHARE || percent >= 100) {
      fields.wrong(field, "is " + share.orElseThrow(), MOST);
    }
    return share;
  }

  static Tolerance tolerance(Fields fields) {
    OptionalDouble factor = fields.number("factor", 1, 100);
    Optional<Percent> points = fields.percent("points");
    fields.end();
    return new Tolerance(factor, points);
  }

  /** The spec of a MetricTemplate. */
  static MetricTemplate.Spec template(Fields spec) {
    Optional<Prometheus> queries = spec.object("prometheus").map(AnalysisReader::prometheus);
    counted(spec, true);
    boolean pages = !spec.has("prometheus");
    MetricTemplate.Spec read =
        new MetricTemplate.Spec(
            spec.text("description"),
            selector(spec, "bad", pages && !spec.has("good")),
            selector(spec, "good", pages && spec.has("good")),
            selector(spec, "total", pages),
            queries,
            spec.object("tolerance").map(AnalysisReader::tolerance));
    spec.end();
    return read;
  }

  private static Prometheus prometheus(Fields fields) {
    boolean good = fields.has("good");
    fields.atMostOneOf(BAD_OR_GOOD, "bad", "good");
    Prometheus read =
        new Prometheus(
            good ? fields.parsed("bad", Query::parse, QUERY) : query(fields, "bad"),
            good ? query(fields, "good") : fields.parsed("good", Query::parse, QUERY),
            query(fields, "total").orElse(new Query("")),
            PolicyReader.atMost(fields, "every", LONGEST_EVERY),
            label(fields, "podLabel"),
            label(fields, "namespaceLabel"));
    if (read.every().filter(e -> e.compareTo(Duration.ofSeconds(1)) < 0).isPresent()) {
      fields.wrong(
          "every",
          "is " + ShortDuration.format(read.every().get()),
          "write how often Prometheus scrapes the pods, like 30s; at least 1s");
    }
    fields.end();
    return read;
  }

  private static Optional<Query> query(Fields fields, String field) {
    return fields.required(fields.parsed(field, Query::parse, QUERY), field, QUERY);
  }

  private static Optional<String> label(Fields fields, String field) {
    Optional<String> label = fields.text(field);
    if (label.filter(l -> !LABEL.matcher(l).matches()).isPresent()) {
      fields.wrong(
          field,
          "is \"" + label.get() + "\", which no label is called",
          "write a label's name, like pod");
    }
    return label;
  }
}
