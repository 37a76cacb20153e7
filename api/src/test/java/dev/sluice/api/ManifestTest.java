package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final String RIGHT = resource("right.yaml");

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

  @Test
  void the_gateways_counters_are_a_metric_of_their_own_only_where_a_policy_names_them() {
    ReleasePolicy policy =
        (ReleasePolicy)
            read(RIGHT + "  analysis: { metrics: [{ preset: edge-errors }] }\n")
                .objects()
                .getFirst();
    assertThat(Yaml.yaml(policy.spec().analysis())).endsWith("metrics:\n- preset: edge-errors");
  }

  /** The API server is asked the same, by AdmissionOfPoliciesTest in module e2e. */
  @ParameterizedTest(name = "{1}")
  @CsvFileSource(
      resources = "mistakes.csv",
      delimiter = '|',
      quoteCharacter = '`',
      commentCharacter = '#')
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

  /** What no schema can say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "answer: { matches: \"(\" } | .answer.matches | is no pattern: missing closing )",
        "method: HEAD, answer: { contains: a } | .answer | HEAD gets none"
      })
  void a_check_that_nobody_can_pass_is_refused(String http, String path, String says) {
    assertThat(
            problems(
                RIGHT + "  checks: [{ name: a, at: BeforeFlip, http: { %s } }]\n".formatted(http)))
        .singleElement()
        .satisfies(p -> assertThat(p.path()).isEqualTo("spec.checks[0].http" + path))
        .satisfies(p -> assertThat(p.toString()).contains(says));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://user:pass@a/", "https://a/#b", "https:///a", "file:///etc"})
  void a_url_that_is_refused_is_not_said_again(String url) {
    assertThat(
            problems(
                RIGHT
                    + "  checks: [{ name: a, at: BeforeFlip, webhook: { url: \"%s\" } }]\n"
                        .formatted(url)))
        .singleElement()
        .satisfies(p -> assertThat(p.path()).isEqualTo("spec.checks[0].webhook.url"))
        .satisfies(p -> assertThat(p.toString()).doesNotContain(url));
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

  private static String resource(String name) {
    try (InputStream in = ManifestTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
