package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {
  @Test
  void the_canary_of_the_example_is_what_the_engine_runs() throws IOException {
    Resolved resolved = example("canary.yaml");
    Spec spec = resolved.spec();
    assertThat(spec.route()).contains(Spec.Route.FULL);
    Strategy.Canary canary = (Strategy.Canary) spec.strategy();
    assertThat(canary.stages()).extracting(Stage::name).startsWith("whitelist", "pre-heat");
    assertThat(canary.stages().getFirst().match())
        .containsExactly(
            new Match.Header("x-canary", "always"), new Match.Cookie("canary", "always"));
    assertThat(canary.stages().getFirst().max()).hasMinutes(20);
    assertThat(canary.stages()).extracting(Stage::weight).isSorted().last().isEqualTo(Share.ALL);
    assertThat(canary.stages().get(4).approval()).isEqualTo(Approval.BEFORE);
    assertThat(canary.stages().getLast().served()).isEqualTo(Share.percent(90));
    assertThat(spec.analysis().exposure()).isEqualTo(new Analysis.Exposure.Requests(200));
    assertThat(spec.analysis().metrics())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("counting")
        .containsExactly(
            Metric.errors(),
            new Metric(
                "latency",
                Metric.Kind.LATENCY,
                new Metric.Tolerance(1.15, 5e-4),
                Optional.of(Duration.ofMillis(500))),
            new Metric(
                "order-failure",
                Metric.Kind.RATE,
                new Metric.Tolerance(1.1, 5e-5),
                Optional.empty()));
    assertThat(resolved.metrics().getLast().selectors().orElseThrow().some())
        .hasToString("orders_total{outcome!=\"ok\"}");
    assertThat(spec.capacity().requestsPerSecond()).hasValue(250);
    assertThat(spec.capacity().hotKeyShare()).isEqualTo(0.1);
  }

  @Test
  void queries_come_from_the_policy_or_from_a_template_and_pods_are_not_asked_then()
      throws IOException {
    Resolved resolved = example("prometheus.yaml");
    assertThat(resolved.metrics())
        .extracting(m -> m.metric().name(), m -> m.queries().isPresent())
        .containsExactly(
            tuple("errors", false),
            tuple("latency", false),
            tuple("database-errors", true),
            tuple("payment-declined", true));
    MetricSource shared = resolved.metrics().get(2);
    assertThat(shared.selectors()).isEmpty();
    assertThat(shared.metric().kind()).isEqualTo(Metric.Kind.RATE);
    assertThat(shared.metric().tolerance()).isEqualTo(new Metric.Tolerance(1.5, 0.001));
    assertThat(shared.queries().orElseThrow().every()).contains(Duration.ofSeconds(15));
  }

  @Test
  void a_template_brings_its_selectors_and_its_tolerance() throws IOException {
    Resolved resolved = example("template.yaml");
    MetricSource metric = resolved.metrics().getLast();
    assertThat(metric.metric().name()).isEqualTo("order-failure");
    assertThat(metric.metric().tolerance()).isEqualTo(new Metric.Tolerance(1.2, 0.001));
    assertThat(metric.selectors().orElseThrow().total()).hasToString("orders_total");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "preset: latency | PT1M",
        "preset: latency, warmUp: 2m | PT2M",
        "preset: latency, slowerThan: 500ms, warmUp: 0s | PT0S",
        "preset: cpu | PT5M",
        "preset: saturation, warmUp: 1h | PT1H",
        "preset: memory | PT10M",
        "preset: errors | PT0S"
      })
  void a_pod_is_compared_as_soon_as_the_policy_says_or_as_is_usual(String metric, Duration from) {
    assertThat(metric("{ " + metric + " }", "").warmUp()).isEqualTo(from);
  }

  @Test
  void a_metric_is_another_one_once_other_series_are_counted_whatever_its_name() {
    String counted =
        "{ name: o, bad: 'orders{ok=\"no\"}', total: orders, tolerance: { factor: 1.1 } }";
    String counting = counting(counted, "");
    assertThat(counting).isNotEmpty().isEqualTo(counting(counted.replace("1.1", "2"), ""));
    assertThat(counting(counted.replace("no", "0"), "")).isNotEqualTo(counting);
    assertThat(counting(counted.replace("bad", "good"), "")).isNotEqualTo(counting);
    assertThat(counting(counted, "port: 9000")).as("of other pages").isNotEqualTo(counting);
    assertThat(counting("{ preset: errors }", "")).as("by the usual names").isEmpty();
  }

  private static String counting(String metric, String scrape) {
    return metric(metric, scrape).counting();
  }

  private static Metric metric(String metric, String scrape) {
    String policy =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePolicy
        metadata: { name: orders, namespace: shop }
        spec:
          workloadRef: { name: orders }
          services: [orders]
          strategy: { blueGreen: {} }
          analysis: { metrics: [%s]%s }
        """
            .formatted(metric, scrape.isEmpty() ? "" : ", scrape: { " + scrape + " }");
    return resolved(policy).spec().analysis().metrics().getFirst();
  }

  @Test
  void blue_green_is_what_the_engine_runs() throws IOException {
    assertThat(example("blue-green.yaml").spec().strategy())
        .isEqualTo(
            new Strategy.BlueGreen(
                Optional.of("order-service-preview"),
                Duration.ofMinutes(5),
                Approval.BEFORE,
                Duration.ofMinutes(30)));
  }

  @Test
  void pace_divides_times_and_nothing_that_is_judged() throws IOException {
    Spec spec = example("canary.yaml").spec();
    Spec fast = Pace.divide(spec, 30);
    Strategy.Canary canary = (Strategy.Canary) fast.strategy();
    assertThat(canary.stages().get(1).min()).hasSeconds(20);
    assertThat(canary.bake()).hasSeconds(30);
    assertThat(fast.keepWarm()).hasMinutes(2);
    assertThat(fast.analysis()).isEqualTo(spec.analysis());
    assertThat(fast.prepareWithin()).as("pods do not start faster").isEqualTo(spec.prepareWithin());
    assertThat(Pace.divide(spec, 1)).isEqualTo(spec);
  }

  @Test
  void a_ladder_is_adaptive_where_the_policy_says_so_and_not_otherwise() throws IOException {
    assertThat(((Strategy.Canary) example("canary.yaml").spec().strategy()).adaptive()).isFalse();
    Spec adaptive = example("adaptive.yaml").spec();
    assertThat(((Strategy.Canary) adaptive.strategy()).adaptive()).isTrue();
    assertThat(((Strategy.Canary) Pace.divide(adaptive, 30).strategy()).adaptive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void each_preset_has_the_five_phases_with_share_time_and_what_to_watch(Preset preset) {
    assertThat(preset.stages())
        .extracting(Stage::name)
        .containsExactly("pre-heat", "small", "medium", "half", "full");
    assertThat(preset.stages())
        .extracting(s -> s.weight().perMille())
        .containsExactly(10, 50, 200, 500, 1000);
    assertThat(preset.phases()).allSatisfy(p -> assertThat(p.watch()).isNotBlank());
    assertThat(preset.stages()).allSatisfy(s -> assertThat(s.min()).isPositive());
    assertThat(preset.stages()).allSatisfy(s -> assertThat(s.max()).isGreaterThan(s.min()));
  }

  @Test
  void the_cautious_preset_asks_a_person_and_takes_longest() {
    assertThat(Preset.CAUTIOUS.stages()).extracting(Stage::approval).contains(Approval.BEFORE);
    assertThat(Preset.FAST.stages().getFirst().min())
        .isLessThan(Preset.STANDARD.stages().getFirst().min());
    assertThat(Preset.STANDARD.stages().getFirst().min())
        .isLessThan(Preset.CAUTIOUS.stages().getFirst().min());
  }

  @ParameterizedTest
  @CsvSource({
    "90s, PT1M30S, 1m30s",
    "5m, PT5M, 5m",
    "1h30m, PT1H30M, 1h30m",
    "500ms, PT0.5S, 500ms",
    "0s, PT0S, 0s",
    "1h2m3s4ms, PT1H2M3.004S, 1h2m3s4ms"
  })
  void durations_are_read_and_written_as_people_write_them(
      String text, Duration read, String written) {
    assertThat(ShortDuration.parse(text)).isEqualTo(read);
    assertThat(ShortDuration.format(read)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "5 m", "m5", "-5m", "1.5h", "5m1h", "9999999h", "PT5M"})
  void what_is_no_duration_is_refused(String text) {
    assertThatThrownBy(() -> ShortDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write it like");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          orders_total ; true
          orders_total{outcome="ok"} ; false
          orders_total{outcome!="ok"} ; true
          orders_total{outcome=~"fa.*"} ; true
          orders_total{outcome=~"fa"} ; false
          orders_total{outcome!~"ok|declined"} ; true
          orders_total{outcome="failed",path="/orders"} ; true
          orders_total{ path = "" } ; false
          orders_total{missing=""} ; true
          order_total ; false
          """)
  void a_selector_selects_as_in_prometheus(String selector, boolean selected) {
    Map<String, String> series = Map.of("outcome", "failed", "path", "/orders");
    assertThat(Selector.parse(selector).selects("orders_total", series)).isEqualTo(selected);
    assertThat(Selector.parse(Selector.parse(selector).toString()))
        .isEqualTo(Selector.parse(selector));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "9a",
        "a{",
        "a}",
        "a{b}",
        "a{b=c}",
        "a{b=\"c\"",
        "a{b=~\"(\"}",
        "a{b=\"c\"} x"
      })
  void what_is_no_selector_is_refused(String text) {
    assertThatThrownBy(() -> Selector.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Resolved example(String name) throws IOException {
    return resolved(Files.readString(Path.of("../examples/policies").resolve(name)));
  }

  private static Resolved resolved(String text) {
    Parsed<Manifest> parsed = Manifest.read(text);
    Manifest manifest = ((Parsed.Ok<Manifest>) parsed).value();
    ReleasePolicy policy =
        List.copyOf(manifest.objects()).stream()
            .filter(ReleasePolicy.class::isInstance)
            .map(ReleasePolicy.class::cast)
            .findFirst()
            .orElseThrow();
    Problems problems = new Problems();
    Resolved resolved = Resolved.of(policy, manifest, Spec.Route.FULL, problems);
    assertThat(problems.list()).isEmpty();
    return resolved;
  }
}
