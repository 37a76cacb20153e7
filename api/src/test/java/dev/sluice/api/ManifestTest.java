package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestTest {
  private static final String RIGHT =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: orders }
      spec:
        workloadRef: { name: orders }
        services: [orders]
        route: { gateway: { httpRoutes: [{ name: orders }] } }
        strategy: { canary: { stages: [{ name: small, weight: 5 }, { name: half, weight: 50 }] } }
      """;

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../examples/policies"))) {
      return files.toList();
    }
  }

  static List<Problem> problems(String text) {
    return switch (Manifest.read(text)) {
      case Parsed.Ok<Manifest> _ -> List.of();
      case Parsed.Bad<Manifest> bad -> bad.problems();
    };
  }

  @ParameterizedTest
  @MethodSource("examples")
  void every_example_is_read_and_can_be_run(Path file) throws IOException {
    Manifest manifest = read(Files.readString(file));
    Problems problems = new Problems();
    for (ApiObject object : manifest.objects()) {
      if (object instanceof ReleasePolicy policy) {
        Resolved resolved = Resolved.of(policy, manifest, Spec.Route.FULL, problems);
        assertThat(resolved.spec().services()).containsExactly("order-service");
      }
    }
    assertThat(problems.list()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void what_was_read_and_written_again_is_read_as_the_same(Path file) throws IOException {
    for (ApiObject object : read(Files.readString(file)).objects()) {
      assertThat(read(Yaml.yaml(object)).objects()).containsExactly(object);
      assertThat(read(Yaml.json(object)).objects()).containsExactly(object);
    }
  }

  @Test
  void ten_mistakes_get_ten_messages_at_once_each_with_its_line() throws IOException {
    assertThat(problems(resource("ten-mistakes.yaml")).stream().map(Problem::toString))
        .containsExactly(
            "line 3: metadata.name is \"Order_Service\", which no object can be named; write the"
                + " object's name: lower-case letters, digits and -, at most 63",
            "line 5: spec.workloadRef.kind is \"StatefulSet\", which Sluice does not release; write"
                + " Deployment",
            "line 6: spec.servces is not known; did you mean services?",
            "line 8: spec.route says gateway and ingressNginx at once; write exactly one of"
                + " gateway, ingressNginx",
            "line 14: spec.strategy.canary.stages[0].weight is 0.5; write whole percents like 5, or"
                + " \"0.5%\", from 0 to 100",
            "line 15: spec.strategy.canary.stages[1].min is \"10 minutes\"; write a duration like"
                + " 90s, 5m, 1h30m or 500ms, at most 8760h",
            "line 16: spec.strategy.canary.stages[2].weight falls to 10% from 20%; write at least"
                + " 20%; a stage never takes users back",
            "line 17: spec.strategy.canary.stages[3].holdback is 100% of a weight of 100%; write"
                + " less than the weight: it is the part of it that stays with stable",
            "line 20: spec.analysis.arm is \"Sometimes\"; write one of Measured, Always, Never",
            "line 22: spec.checks[0].stage is \"preheat\", which is no stage; write one of full,"
                + " half, medium, small");
  }

  @Test
  void what_is_not_yaml_says_where() {
    assertThat(problems("spec: [1, 2"))
        .singleElement()
        .hasToString(
            "line 1: this is not YAML: while parsing a flow sequence; look at the indentation, the"
                + " quotes and the brackets around that line");
    assertThat(problems(""))
        .singleElement()
        .extracting(Problem::seen)
        .isEqualTo("the file is empty");
    assertThat(problems("- a\n- b")).extracting(Problem::seen).contains("is a list, not an object");
    assertThat(problems("x".repeat(Document.CHARACTERS + 1)))
        .singleElement()
        .extracting(Problem::mend)
        .isEqualTo("split it into several");
    assertThat(problems(RIGHT + RIGHT.replace("spec:", "metadata: { name: again }\nspec:")))
        .extracting(Problem::seen)
        .contains("is written twice");
    assertThat(problems("a: &x 1\nb: *x\n" + RIGHT))
        .extracting(Problem::seen)
        .contains("refers to another place (*x)");
  }

  @Test
  void a_right_policy_has_the_defaults_that_the_reference_names() {
    PolicySpec spec = ((ReleasePolicy) read(RIGHT).objects().getFirst()).spec();
    assertThat(Yaml.yaml(spec.analysis()))
        .isEqualTo(
            """
            falseAlarm: 1%
            exposure:
              seconds: 1.0
            onInconclusive: Hold
            arm: Measured
            minimum: 30
            metrics:
            - preset: errors
            - preset: latency""");
    assertThat(spec.keepWarm()).hasHours(1);
    assertThat(spec.drain()).hasSeconds(10);
    assertThat(spec.history()).isEqualTo(20);
  }

  /** What is put instead of what into the right policy, where the message points, what it says. */
  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          sluice.dev/v1alpha1 | sluice.dev/v2 | apiVersion | write sluice.dev/v1alpha1
          ReleasePolicy | ReleasePolcy | kind | write ReleasePolicy
          kind: ReleasePolicy | kind: | kind | is missing
          { name: orders }⏎spec | {}⏎spec | metadata.name | is missing
          { name: orders }⏎spec | { name: orders, labels: x }⏎spec | metadata.labels | name: value pairs
          { name: orders }⏎  services | { name: -x }⏎  services | spec.workloadRef.name | no object can be named
          workloadRef: | workloadref: | spec.workloadref | did you mean workloadRef?
          { name: orders }⏎  services | { apiVersion: v1, name: a }⏎  services | spec.workloadRef.apiVersion | write apps/v1
          { name: orders }⏎  services | [a]⏎  services | spec.workloadRef | write an object
          services: [orders] | services: [] | spec.services | names none
          services: [orders] | services: orders | spec.services | write a list
          services: [orders] | services: [a, a] | spec.services[1] | a name of its own
          services: [orders] | services: [{ a: b }] | spec.services[0] | write a text
          { gateway: { httpRoutes: [{ name: orders }] } } | {} | spec.route | write exactly one of gateway, ingressNginx
          { gateway: { httpRoutes: [{ name: orders }] } } | { gateway: {} } | spec.route.gateway | names no route
          { gateway: { httpRoutes: [{ name: orders }] } } | { istio: {} } | spec.route.istio | known here: gateway, ingressNginx
          { gateway: { httpRoutes: [{ name: orders }] } } | { gateway: { httpRoutes: [{ name: a, rules: [x] }] } } | spec.route.gateway.httpRoutes[0].rules[0] | the rule's position
          { gateway: { httpRoutes: [{ name: orders }] } } | { gateway: { httpRoutes: [{ name: a }, { name: a }] } } | spec.route.gateway.httpRoutes[1] | a name of its own
          { gateway: { httpRoutes: [{ name: orders }] } } | { ingressNginx: {} } | spec.route.ingressNginx.ingresses | names none
          { canary: { stages | { blueGreen: {}, canary: { stages | spec.strategy | exactly one of canary, blueGreen
          [{ name: small, weight: 5 }, { name: half, weight: 50 }] | [], preset: Fast | spec.strategy.canary | keep the preset
          [{ name: small, weight: 5 }, { name: half, weight: 50 }] | [] | spec.strategy.canary.stages | write at least one
          weight: 5 } | weight: 0.05% } | spec.strategy.canary.stages[0].weight | finer than routes can split
          weight: 5 } | weight: "0.05%" } | spec.strategy.canary.stages[0].weight | write a multiple of 0.1%
          weight: 5 } | weight: 105 } | spec.strategy.canary.stages[0].weight | from 0 to 100
          weight: 5 } | weight: -1 } | spec.strategy.canary.stages[0].weight | from 0 to 100
          weight: 5 } | weight: 60 } | spec.strategy.canary.stages[1].weight | write at least 60%
          weight: 5 } | weight: 0 } | spec.strategy.canary.stages[0] | write weight, match or mirror
          name: half | name: small | spec.strategy.canary.stages[1] | a name of its own
          weight: 5 } | weight: 5, min: 10m, max: 5m } | spec.strategy.canary.stages[0].max | write at least min, which is 10m
          weight: 5 } | weight: 5, min: 90 } | spec.strategy.canary.stages[0].min | write a duration
          weight: 5 } | weight: 5, holdback: 5% } | spec.strategy.canary.stages[0].holdback | less than the weight
          weight: 5 } | weight: 5, approve: Always } | spec.strategy.canary.stages[0].approve | write one of Before, After
          weight: 5 } | weight: 5, match: [{ exact: a }] } | spec.strategy.canary.stages[0].match[0] | says nothing; write { header
          weight: 5 } | weight: 5, match: [{ header: x }] } | spec.strategy.canary.stages[0].match[0].exact | is missing
          weight: 5 } | weight: 5, match: [{ header: "a b", exact: a }] } | spec.strategy.canary.stages[0].match[0].header | write a name
          weight: 5 } | weight: 5, match: [{ cookie: a, exact: "b;c" }] } | spec.strategy.canary.stages[0].match[0].exact | without blanks
          weight: 5 } | weight: 5, mirror: 200% } | spec.strategy.canary.stages[0].mirror | from 0 to 100
          50 }] } } | 50 }], bake: 31d } } | spec.strategy.canary.bake | write a duration
          50 }] } } | 50 }], bake: 721h } } | spec.strategy.canary.bake | write at most 720h
          50 }] } } | 50 }], affinity: { maxAge: 0s } } } | spec.strategy.canary.affinity.maxAge | above 0s
          canary: { stages: [{ name: small, weight: 5 }, { name: half, weight: 50 }] } | blueGreen: { previewService: orders } | spec.strategy.blueGreen.previewService | a Service of its own
          services: [orders] | services: [orders]⏎  keepWarm: 200h | spec.keepWarm | write at most 168h
          services: [orders] | services: [orders]⏎  history: 0 | spec.history | from 1 to 1000
          services: [orders] | services: [orders]⏎  afterAbort: Delete | spec.afterAbort | write one of Keep, Revert
          services: [orders] | services: [orders]⏎  analysis: { falseAlarm: 0 } | spec.analysis.falseAlarm | more than 0%
          services: [orders] | services: [orders]⏎  analysis: { exposure: { requests: 1, seconds: 1 } } | spec.analysis.exposure | write requests (failures) or seconds
          services: [orders] | services: [orders]⏎  analysis: { exposure: { requests: 0 } } | spec.analysis.exposure.requests | a number from 1
          services: [orders] | services: [orders]⏎  analysis: { minimum: 1.5 } | spec.analysis.minimum | a whole number
          services: [orders] | services: [orders]⏎  analysis: { scrape: {} } | spec.analysis.scrape | write { port: 9090 }
          services: [orders] | services: [orders]⏎  analysis: { scrape: { port: 0 } } | spec.analysis.scrape.port | from 1 to 65535
          services: [orders] | services: [orders]⏎  analysis: { scrape: { path: metrics } } | spec.analysis.scrape.path | like /metrics
          services: [orders] | services: [orders]⏎  analysis: { scrape: { path: "/a b" } } | spec.analysis.scrape.path | like /metrics
          services: [orders] | services: [orders]⏎  analysis: { scrape: { prot: 1 } } | spec.analysis.scrape.prot | known here: port, path
          services: [orders] | services: [orders]⏎  analysis: { metrics: [] } | spec.analysis.metrics | { preset: errors }
          services: [orders] | services: [orders]⏎  analysis: { metrics: [{ preset: erors }] } | spec.analysis.metrics[0].preset | write errors or latency
          services: [orders] | services: [orders]⏎  analysis: { metrics: [{ preset: errors }, { preset: errors }] } | spec.analysis.metrics[1] | a name of its own
          services: [orders] | services: [orders]⏎  analysis: { metrics: [{ preset: errors, slowerThan: 1s }] } | spec.analysis.metrics[0].slowerThan | for latency only
          services: [orders] | services: [orders]⏎  analysis: { metrics: [{ name: a, bad: x }] } | spec.analysis.metrics[0].total | is missing
          services: [orders] | services: [orders]⏎  analysis: { metrics: [{ name: a, bad: "x{", total: x }] } | spec.analysis.metrics[0].bad | write a selector
          services: [orders] | services: [orders]⏎  analysis: { metrics: [{ preset: errors, tolerance: { factor: 0.9 } }] } | spec.analysis.metrics[0].tolerance.factor | from 1 to 100
          services: [orders] | services: [orders]⏎  capacity: { perPod: { requestsPerSecond: 0 } } | spec.capacity.perPod.requestsPerSecond | a number from 0.001
          services: [orders] | services: [orders]⏎  capacity: { perPod: {} } | spec.capacity.perPod.requestsPerSecond | what one pod can carry
          services: [orders] | services: [orders]⏎  capacity: { targetUtilisation: 0 } | spec.capacity.targetUtilisation | write 70%
          services: [orders] | services: [orders]⏎  checks: [{ name: a, at: Never, http: {} }] | spec.checks[0].at | write one of BeforeRelease
          services: [orders] | services: [orders]⏎  checks: [{ name: a, at: BeforeTraffic }] | spec.checks[0].http | is missing
          services: [orders] | services: [orders]⏎  checks: [{ name: a, at: BeforeStage, http: {} }] | spec.checks[0].stage | which stage
          services: [orders] | services: [orders]⏎  checks: [{ name: a, at: BeforeFlip, stage: half, http: {} }] | spec.checks[0].stage | write at: BeforeStage
          services: [orders] | services: [orders]⏎  checks: [{ name: a, at: BeforeFlip, http: { path: x } }] | spec.checks[0].http.path | a path like /readyz
          services: [orders] | services: [orders]⏎  checks: [{ name: a, at: BeforeFlip, http: { expect: 99 } }] | spec.checks[0].http.expect | from 100 to 599
          services: [orders] | services: [orders]⏎  checks: [{ name: a, at: BeforeFlip, timeout: 0s, http: {} }] | spec.checks[0].timeout | above 0s
          """)
  void each_mistake_is_found_where_it_is_and_says_what_to_write(
      String right, String wrong, String path, String says) {
    String before = right.replace("⏎", "\n");
    assertThat(RIGHT).contains(before);
    List<Problem> problems =
        problems(
            RIGHT.replaceFirst(
                java.util.regex.Pattern.quote(before),
                java.util.regex.Matcher.quoteReplacement(wrong.replace("⏎", "\n"))));
    assertThat(problems).extracting(Problem::path).contains(path);
    Problem found = problems.stream().filter(p -> p.path().equals(path)).findFirst().orElseThrow();
    assertThat(found.toString()).contains(says);
    assertThat(found.line()).isPositive();
  }

  @Test
  void without_a_route_nothing_can_be_matched_or_mirrored() {
    String text =
        RIGHT
            .replaceFirst(" {2}route:.*\n", "")
            .replace("weight: 5 }", "weight: 5, mirror: 1%, match: [{ header: a, exact: b }] }");
    assertThat(problems(text))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "spec.strategy.canary.stages[0].match", "spec.strategy.canary.stages[0].mirror");
  }

  @Test
  void a_template_that_is_not_there_is_named() {
    Manifest manifest =
        read(RIGHT + "  analysis: { metrics: [{ template: a }, { clusterTemplate: b }] }\n");
    Problems problems = new Problems();
    Resolved.of((ReleasePolicy) manifest.objects().getFirst(), manifest, Spec.Route.FULL, problems);
    assertThat(problems.list())
        .extracting(Problem::path)
        .containsExactly(
            "spec.analysis.metrics[0].template", "spec.analysis.metrics[1].clusterTemplate");
  }

  @Test
  void a_command_names_its_release_and_gives_a_reason() {
    String command =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleaseCommand
        metadata: { name: say-yes }
        spec: { release: orders-3, action: Approve, stage: half, reason: looks good }
        """;
    assertThat(problems(command)).isEmpty();
    assertThat(problems(command.replace("Approve", "Abort")))
        .extracting(Problem::path)
        .containsExactly("spec.stage");
    assertThat(problems(command.replace(", reason: looks good", "")))
        .extracting(Problem::path)
        .containsExactly("spec.reason");
  }

  private static Manifest read(String text) {
    return switch (Manifest.read(text)) {
      case Parsed.Ok<Manifest> ok -> ok.value();
      case Parsed.Bad<Manifest> bad -> throw new AssertionError(bad.problems());
    };
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ManifestTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
