package dev.sluice.api;

import static dev.sluice.api.Schema.percentOf;

import dev.sluice.api.PolicyCheck.Answer;
import dev.sluice.api.PolicyCheck.Header;
import dev.sluice.api.PolicyCheck.Http;
import dev.sluice.api.PolicyCheck.Webhook;
import dev.sluice.api.PolicySpec.Affinity;
import dev.sluice.api.PolicySpec.Analysis;
import dev.sluice.api.PolicySpec.BlueGreen;
import dev.sluice.api.PolicySpec.Canary;
import dev.sluice.api.PolicySpec.Capacity;
import dev.sluice.api.PolicySpec.Exposure;
import dev.sluice.api.PolicySpec.Gateway;
import dev.sluice.api.PolicySpec.IngressNginx;
import dev.sluice.api.PolicySpec.Match;
import dev.sluice.api.PolicySpec.Metric;
import dev.sluice.api.PolicySpec.PerPod;
import dev.sluice.api.PolicySpec.Prometheus;
import dev.sluice.api.PolicySpec.Route;
import dev.sluice.api.PolicySpec.RouteRef;
import dev.sluice.api.PolicySpec.Scrape;
import dev.sluice.api.PolicySpec.Slo;
import dev.sluice.api.PolicySpec.Stage;
import dev.sluice.api.PolicySpec.Strategy;
import dev.sluice.api.PolicySpec.Tolerance;
import dev.sluice.api.PolicySpec.WorkloadRef;
import dev.sluice.engine.decide.Phase;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the readers of a policy refuse, as the API server can. */
final class PolicyLimits {
  private static final Duration MONTH = Duration.ofDays(30);
  private static final String NEEDS_ROUTE =
      "needs a route, and the policy names none; add route, or take this away";

  private static final String ONE_OF_THEM =
      "!has(self.prometheus) || (!has(self.bad) && !has(self.good) && !has(self.total))";
  private static final String BESIDE =
      "prometheus is said beside bad, good or total; write bad and total, or prometheus: { bad: …,"
          + " total: … }";
  private static final String NOT_BOTH = "!has(self.bad) || !has(self.good)";
  private static final String BOTH = "says bad and good at once; " + AnalysisReader.BAD_OR_GOOD;
  private static final String COUNTED =
      "has(self.prometheus) || ((has(self.bad) || has(self.good)) && has(self.total))";
  private static final String UNCOUNTED =
      "bad or total is missing; write a selector like orders_total{outcome!=\"ok\"} for each";

  /**
   * What carries traffic is marked: taken out of the policy now, it would keep its marks. And whose
   * yes counts is not chosen while one is waited for.
   */
  private static final String SAME_OBJECTS =
      "!has(oldSelf.status) || !has(oldSelf.status.phase) || !(oldSelf.status.phase in ["
          + Arrays.stream(Phase.values())
              .filter(phase -> !phase.ended())
              .map(phase -> "'" + Words.of(phase) + "'")
              .collect(Collectors.joining(", "))
          + "]) || (self.spec.workloadRef == oldSelf.spec.workloadRef"
          + " && self.spec.services == oldSelf.spec.services"
          + " && has(self.spec.route) == has(oldSelf.spec.route)"
          + " && (!has(self.spec.route) || self.spec.route == oldSelf.spec.route)"
          + " && has(self.spec.approvals) == has(oldSelf.spec.approvals)"
          + " && (!has(self.spec.approvals) || self.spec.approvals == oldSelf.spec.approvals))";

  private PolicyLimits() {}

  static void on(Limits to) {
    to.type(
        ReleasePolicy.class,
        s ->
            s.rule(
                SAME_OBJECTS,
                "workloadRef, services, route and approvals stay as they are while a release runs;"
                    + " wait for its end or abort it, then change them",
                ".spec"));
    spec(to);
    route(to);
    strategy(to);
    stages(to);
    analysis(to);
    checks(to);
    approvals(to);
  }

  private static void approvals(Limits to) {
    to.component(Approvals.class, "groups", s -> s.items(0, Approvals.MOST_GROUPS).distinct("a"));
    to.elements(
        Approvals.class,
        "groups",
        s ->
            s.atMostCharacters(253)
                .rule("self.trim() != ''", "is empty; write a group as the API server knows it"));
    to.component(Approvals.class, "people", s -> s.between(1, Approvals.MOST_PEOPLE));
    to.component(Approvals.class, "expires", s -> s.positive(Approvals.LONGEST));
  }

  private static void spec(Limits to) {
    to.component(PolicySpec.class, "services", s -> s.items(1, 32).distinct("a"));
    to.elements(PolicySpec.class, "services", _ -> Schema.name());
    to.component(PolicySpec.class, "keepWarm", s -> s.upTo(Duration.ofDays(7)));
    to.component(PolicySpec.class, "drain", s -> s.upTo(Duration.ofHours(1)));
    to.component(PolicySpec.class, "prepareWithin", s -> s.positive(Duration.ofDays(1)));
    to.component(PolicySpec.class, "history", s -> s.between(1, 1000));
    to.component(
        WorkloadRef.class,
        "apiVersion",
        s -> s.atMostCharacters(20).rule("self == 'apps/v1'", "write apps/v1"));
    to.component(
        WorkloadRef.class,
        "kind",
        s ->
            s.atMostCharacters(63)
                .rule("self == 'Deployment'", "Sluice does not release this; write Deployment"));
    to.component(WorkloadRef.class, "name", _ -> Schema.name());
    to.type(
        PolicySpec.class,
        s ->
            s.rule(
                    "has(self.route) || !has(self.strategy.canary) ||"
                        + " !has(self.strategy.canary.affinity)",
                    NEEDS_ROUTE,
                    ".strategy.canary.affinity")
                .rule(
                    "has(self.route) || !has(self.strategy.canary) ||"
                        + " !has(self.strategy.canary.stages) ||"
                        + " self.strategy.canary.stages.all(s, !has(s.match) && !has(s.mirror))",
                    "match and mirror need" + NEEDS_ROUTE.substring("needs".length()),
                    ".strategy.canary.stages")
                .rule(
                    "!has(self.strategy.blueGreen) || !has(self.strategy.blueGreen.previewService)"
                        + " || !(self.strategy.blueGreen.previewService in self.services)",
                    "users come through it; name a Service of its own, not one of services",
                    ".strategy.blueGreen.previewService")
                .rule(
                    "!has(self.checks) || !has(self.strategy.canary) || self.checks.all(c,"
                        + " !has(c.stage) || (has(self.strategy.canary.stages) ?"
                        + " self.strategy.canary.stages.exists(s, s.name == c.stage) : c.stage in ["
                        + Preset.STANDARD.stages().stream()
                            .map(stage -> "'" + stage.name() + "'")
                            .collect(Collectors.joining(", "))
                        + "]))",
                    "a check names a stage that there is not; write the name of one of the stages",
                    ".checks"));
  }

  private static void route(Limits to) {
    to.type(
        Route.class,
        s ->
            exactlyOne(s, "write exactly one of gateway, ingressNginx", "gateway", "ingressNginx"));
    to.type(
        Gateway.class,
        s ->
            s.rule(
                "[has(self.httpRoutes) && size(self.httpRoutes) > 0, has(self.grpcRoutes) &&"
                    + " size(self.grpcRoutes) > 0].exists(some, some)",
                "names no route; write httpRoutes: [{ name: … }]"));
    for (String routes : List.of("httpRoutes", "grpcRoutes")) {
      to.component(
          Gateway.class,
          routes,
          s ->
              s.items(0, 16)
                  .distinct("(has(a.__namespace__) ? a.__namespace__ : '') + '/' + a.name"));
    }
    to.component(RouteRef.class, "name", _ -> Schema.name());
    to.component(RouteRef.class, "namespace", _ -> Schema.name());
    to.component(RouteRef.class, "rules", s -> s.items(0, 16));
    to.elements(RouteRef.class, "rules", s -> s.between(0, 99));
    to.component(IngressNginx.class, "ingresses", s -> s.items(1, 16).distinct("a.name"));
    to.component(PolicySpec.IngressRef.class, "name", _ -> Schema.name());
  }

  private static void strategy(Limits to) {
    to.type(
        Strategy.class,
        s -> exactlyOne(s, "write exactly one of canary, blueGreen", "canary", "blueGreen"));
    to.type(
        Canary.class,
        s ->
            s.rule(
                "!has(self.preset) || !has(self.stages)",
                "says preset and stages at once; keep the preset or write stages of your own"));
    to.component(Canary.class, "bake", s -> s.upTo(MONTH));
    to.component(Affinity.class, "cookie", s -> token(s));
    to.component(Affinity.class, "maxAge", s -> s.positive(MONTH));
    to.component(BlueGreen.class, "previewService", _ -> Schema.name());
    to.component(BlueGreen.class, "approve", _ -> Schema.words(StrategyReader.ASKED));
    to.component(BlueGreen.class, "validate", s -> s.upTo(MONTH));
    to.component(BlueGreen.class, "bake", s -> s.upTo(MONTH));
    to.type(
        Match.class,
        s ->
            exactlyOne(
                s,
                "write { header: NAME, exact: VALUE } or { cookie: NAME, exact: VALUE }",
                "header",
                "cookie"));
    to.component(Match.class, "header", s -> token(s));
    to.component(Match.class, "cookie", s -> token(s));
    to.component(
        Match.class,
        "exact",
        s ->
            s.atMostCharacters(256)
                .form(
                    StrategyReader.VALUE,
                    "write letters, digits and signs without blanks, quotes, commas and"
                        + " semicolons"));
  }

  private static void stages(Limits to) {
    to.component(Stage.class, "name", _ -> Schema.name());
    to.component(Stage.class, "match", s -> s.items(0, StrategyReader.MATCHES));
    to.component(Stage.class, "min", s -> s.upTo(MONTH));
    to.component(Stage.class, "max", s -> s.upTo(MONTH));
    to.component(Stage.class, "approve", _ -> Schema.words(StrategyReader.ASKED));
    for (String share : List.of("weight", "holdback", "mirror")) {
      to.component(Stage.class, share, Schema::share);
    }
    to.type(
        Stage.class,
        s ->
            s.rule(
                "!has(self.min) || !has(self.max) || duration(self.min) <= duration(self.max)",
                "max is less than min; write at least min"));
    String positions =
        IntStream.range(0, StrategyReader.STAGES)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", ", "[", "]"));
    to.component(
        Canary.class,
        "stages",
        s ->
            s.items(1, StrategyReader.STAGES)
                .distinct("a.name")
                .rule(
                    positions
                        + ".all(i, i >= size(self) || !has(self[i].weight) || "
                        + positions
                        + ".all(j, j <= i || j >= size(self) || !has(self[j].weight) || %s >= %s))"
                            .formatted(percentOf("self[j].weight"), percentOf("self[i].weight")),
                    "a weight falls; write at least the weight of the stage before; a stage never"
                        + " takes users back")
                .rule(
                    "size(self) == 0 || (has(self[0].weight) && %s > 0.0) || (has(self[0].match) &&"
                            .formatted(percentOf("self[0].weight"))
                        + " size(self[0].match) > 0) || (has(self[0].mirror) && %s > 0.0)"
                            .formatted(percentOf("self[0].mirror")),
                    "the first stage gives the candidate nothing; write weight, match or mirror")
                .rule(
                    "self.map(s, has(s.match) ? size(s.match) : 0).sum() <= "
                        + StrategyReader.MATCHES,
                    "write at most " + StrategyReader.MATCHES + " matches in all")
                .rule(
                    positions
                        + ".all(i, i >= size(self) || !has(self[i].holdback) || %s == 0.0 ||"
                            .formatted(percentOf("self[i].holdback"))
                        + " "
                        + positions
                        + ".exists(j, j <= i && has(self[j].weight) && %s > %s))"
                            .formatted(percentOf("self[j].weight"), percentOf("self[i].holdback")),
                    "write a holdback less than the weight: it is the part of it that stays with"
                        + " stable"));
  }

  private static void analysis(Limits to) {
    to.component(
        Analysis.class,
        "falseAlarm",
        s ->
            s.above0(
                50,
                "nobody can judge with that; write more than 0% and at most 50%; 1% suits most"));
    to.component(Analysis.class, "minimum", s -> s.between(1, 1_000_000));
    to.type(
        Exposure.class,
        s ->
            exactlyOne(
                s, "write requests (failures) or seconds (of all traffic)", "requests", "seconds"));
    to.type(
        Scrape.class,
        s ->
            s.rule(
                "has(self.port) || has(self.path)",
                "says nothing; write { port: 9090 }, { path: /stats } or both"));
    to.component(Scrape.class, "port", s -> s.between(1, 65535));
    to.component(
        Scrape.class, "path", s -> s.form(AnalysisReader.PATH, "write a path like /metrics"));
    to.component(Exposure.class, "requests", s -> s.between(1, 1e9));
    to.component(Exposure.class, "seconds", s -> s.between(0.001, 3600));
    to.component(
        Analysis.class,
        "metrics",
        s ->
            s.items(1, AnalysisReader.METRICS)
                .distinct(
                    "(has(a.name) ? a.name : has(a.preset) ? a.preset : has(a.template) ? a.template"
                        + " : has(a.clusterTemplate) ? a.clusterTemplate : '')"));
    for (String name : List.of("name", "template", "clusterTemplate")) {
      to.component(Metric.class, name, _ -> Schema.name());
    }
    to.type(
        Metric.class,
        s ->
            s.rule(
                    "[has(self.preset), has(self.name), has(self.template),"
                        + " has(self.clusterTemplate)].filter(some, some).size() == 1",
                    "write { preset: errors }, or a name with bad and total, or { template: NAME }")
                .rule("!has(self.name) || " + COUNTED, UNCOUNTED)
                .rule(ONE_OF_THEM, BESIDE)
                .rule(NOT_BOTH, BOTH)
                .rule(
                    "has(self.name) || !has(self.prometheus)",
                    "prometheus is said of a metric that brings its own; take it away, or write a"
                        + " name")
                .rule(
                    "has(self.name) || (!has(self.bad) && !has(self.good) && !has(self.total))",
                    "bad, good and total are said of a metric that brings its own; take them away, or"
                        + " write a name")
                .rule(
                    "(!has(self.slowerThan) && !has(self.quantile) && !has(self.slo)) ||"
                        + " (has(self.preset) && self.preset == 'latency')",
                    "slowerThan, quantile and slo are said of a metric that is no time; write them"
                        + " for latency only")
                .rule(
                    "[has(self.slowerThan), has(self.quantile), has(self.slo)].filter(some,"
                        + " some).size() <= 1",
                    AnalysisReader.ONE_BOUND)
                .rule(
                    "!has(self.warmUp) || (has(self.preset) && self.preset in ['latency', 'cpu',"
                        + " 'memory', 'saturation'])",
                    "warmUp is said of a metric in which pods count however young they are; write it"
                        + " for latency, cpu, memory or saturation only"));
    to.component(Metric.class, "quantile", PolicyLimits::most);
    to.component(Slo.class, "share", PolicyLimits::most);
    to.component(Slo.class, "within", s -> s.positive(ShortDuration.LONGEST));
    to.component(Metric.class, "warmUp", s -> s.upTo(AnalysisReader.LONGEST_WARM_UP));
    to.component(Metric.class, "slowerThan", s -> s.positive(ShortDuration.LONGEST));
    queries(to);
    to.component(Tolerance.class, "factor", s -> s.between(1, 100));
    to.component(
        Capacity.class,
        "targetUtilisation",
        s -> s.above0(100, "no pod could carry anything; write 70%"));
    to.component(PerPod.class, "requestsPerSecond", s -> s.between(0.001, 1e9));
  }

  /** A share of requests that are not slow. */
  private static Schema most(Schema schema) {
    return schema.rule(
        "%1$s >= %2$d.0 && %1$s < 100.0".formatted(percentOf("self"), AnalysisReader.LEAST_SHARE),
        AnalysisReader.MOST);
  }

  private static void queries(Limits to) {
    to.type(
        MetricTemplate.Spec.class,
        s -> s.rule(ONE_OF_THEM, BESIDE).rule(NOT_BOTH, BOTH).rule(COUNTED, UNCOUNTED));
    to.type(Prometheus.class, s -> exactlyOne(s, AnalysisReader.BAD_OR_GOOD, "bad", "good"));
    for (String query : List.of("bad", "good", "total")) {
      to.component(
          Prometheus.class,
          query,
          s ->
              s.rule("self.contains('" + Query.SELECTOR + "')", AnalysisReader.QUERY)
                  .rule(
                      "!self.matches('(^|[^a-zA-Z0-9_:])" + Query.OVER_TIME + "[ ]*[(]')",
                      "what is judged is how a counter grows; write the counters' sum itself"));
    }
    to.component(
        Prometheus.class,
        "every",
        s ->
            s.upTo(AnalysisReader.LONGEST_EVERY)
                .rule(
                    "duration(self) >= duration('1s')",
                    "write how often Prometheus scrapes the pods, like 30s; at least 1s"));
    for (String label : List.of("podLabel", "namespaceLabel")) {
      to.component(
          Prometheus.class,
          label,
          s -> s.atMostCharacters(63).form(AnalysisReader.LABEL, "write a label's name, like pod"));
    }
  }

  private static void checks(Limits to) {
    to.component(PolicySpec.class, "checks", s -> s.items(0, 32).distinct("a.name"));
    to.component(
        PolicyCheck.class,
        "name",
        _ ->
            Schema.name()
                .rule(
                    "!(self in ['way-back', 'way-back-again'])",
                    "the rehearsal of the way back is called so; write another name"));
    to.component(PolicyCheck.class, "stage", s -> s.atMostCharacters(63));
    to.component(PolicyCheck.class, "timeout", s -> s.positive(Duration.ofHours(1)));
    to.type(
        PolicyCheck.class,
        s ->
            s.rule(
                    "!has(self.stage) || self.at == 'BeforeStage'",
                    "stage is said for another moment; write at: BeforeStage, or no stage")
                .rule(
                    "has(self.stage) || self.at != 'BeforeStage'",
                    "stage is missing; write which stage it stands before")
                .rule(
                    "[has(self.http), has(self.job), has(self.webhook)].filter(some, some).size()"
                        + " == 1",
                    "write exactly one of http: { path: /readyz }, job: { cronJob: NAME }, webhook:"
                        + " { url: … }"));
    http(to);
    to.component(PolicyCheck.Job.class, "cronJob", _ -> Schema.name());
    to.component(
        Webhook.class,
        "url",
        s -> s.form(CheckReader.URL, "write where to, like https://gate.example.com/canary"));
  }

  private static void http(Limits to) {
    to.type(
        Http.class,
        s ->
            s.rule(
                    "!has(self.body) || self.method == 'POST'",
                    "body is said for another method; write method: POST, or no body")
                .rule(
                    "self.method != 'HEAD' || !has(self.answer) || (!has(self.answer.contains) &&"
                        + " !has(self.answer.matches))",
                    "answer asks for a body, and HEAD gets none; write method: GET"));
    to.component(
        Http.class,
        "path",
        s -> s.form(Pattern.compile("/[!-~]*"), "write a path like /readyz, percent-encoded"));
    to.component(Http.class, "expect", s -> s.between(100, 599));
    to.component(Http.class, "port", s -> s.between(1, 65535));
    to.component(
        Http.class,
        "method",
        s -> s.atMostCharacters(4).form(CheckReader.METHOD, "write GET, POST or HEAD"));
    to.component(
        Http.class,
        "headers",
        s ->
            s.items(0, CheckReader.HEADERS)
                .rule(
                    "self.all(h, !(h.name.lowerAscii() in ["
                        + CheckReader.NOT_OURS.stream()
                            .map(name -> "'" + name + "'")
                            .collect(Collectors.joining(", "))
                        + "]))",
                    "the client writes "
                        + String.join(", ", CheckReader.NOT_OURS)
                        + " itself; leave it out"));
    to.component(Http.class, "body", s -> s.atMostCharacters(CheckReader.BODY));
    to.component(Http.class, "times", s -> s.between(1, 100));
    to.component(Header.class, "name", s -> token(s));
    to.component(
        Header.class,
        "value",
        s -> s.form(CheckReader.VALUE, "write plain characters, at most 1024"));
    to.component(Answer.class, "within", s -> s.positive(CheckReader.LONGEST_ANSWER));
  }

  private static Schema token(Schema schema) {
    return schema
        .atMostCharacters(128)
        .form(StrategyReader.TOKEN, "write a name of letters, digits and -, like x-canary");
  }

  private static Schema exactlyOne(Schema schema, String mend, String one, String other) {
    return schema.rule("has(self.%s) != has(self.%s)".formatted(one, other), mend);
  }
}
