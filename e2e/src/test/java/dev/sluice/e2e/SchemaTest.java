package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server takes and refuses what the readers take and refuse. */
@Tag("cluster")
@Tag("own")
@Order(1)
@Tag("slow")
@Timeout(300)
class SchemaTest {
  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.share("schema");

  private static final Path READERS = Path.of("../api/src/test/resources/dev/sluice/api");

  /** What the API server says by itself, before any rule is asked. */
  private static final List<String> ITS_OWN_WORDS =
      List.of(
          "no matches for kind",
          "kind not set",
          "cannot unmarshal",
          "Required value",
          "unknown field",
          "must be of type",
          "should have at least",
          "should be greater than",
          "supported values: ");

  /** Where a rule, which does not see what stands beside it, says less than a reader can. */
  private static final Map<String, String> LESS_PRECISE =
      Map.of(
          "no object can be named", "write the object's name: lower-case letters, digits and -",
          "finer than routes can split", "write a multiple of 0.1%",
          "write at least 60%", "a weight falls; write at least the weight of the stage before",
          "write at least min, which is 10m", "max is less than min; write at least min",
          "says nothing; write { header", "write { header: NAME, exact: VALUE } or { cookie",
          "write at most 720h", "at most 720h",
          "write at most 168h", "at most 168h");

  static List<Path> examples() throws IOException {
    try (Stream<Path> policies = Files.list(Path.of("../examples/policies"));
        Stream<Path> lab = Files.list(Path.of("../examples/lab"))) {
      return Stream.concat(policies, lab).filter(p -> p.toString().endsWith(".yaml")).toList();
    }
  }

  @ParameterizedTest
  @CsvFileSource(
      files = "../api/src/test/resources/dev/sluice/api/mistakes.csv",
      delimiter = '|',
      quoteCharacter = '`',
      commentCharacter = '#')
  void each_mistake_that_the_readers_find_is_refused(
      String right, String wrong, String path, String says) throws IOException {
    String before = right.replace("⏎", "\n");
    String text = Files.readString(READERS.resolve("right.yaml"));
    int at = text.indexOf(before);
    Kubectl.Outcome outcome =
        create(
            text.substring(0, at)
                + wrong.replace("⏎", "\n")
                + text.substring(at + before.length()));
    assertThat(outcome.refused()).isTrue();
    assertThat(outcome.err())
        .containsAnyOf(
            Stream.concat(
                    ITS_OWN_WORDS.stream(), Stream.of(says, LESS_PRECISE.getOrDefault(says, says)))
                .toArray(String[]::new));
  }

  /**
   * So is the pattern of a check, and a URL with user or fragment. The operator, which reads by the
   * readers, says it in the status.
   */
  @Test
  void a_regular_expression_that_is_none_is_found_by_the_readers_only() throws IOException {
    String text =
        Files.readString(READERS.resolve("right.yaml"))
            + "  analysis: { metrics: [{ name: a, bad: 'x{y=~\"(\"}', total: x }] }\n";
    assertThat(Manifest.read(text)).isInstanceOf(Parsed.Bad.class);
    assertThat(create(text).err()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void every_example_is_taken(Path file) throws IOException {
    for (String document : Files.readString(file).split("(?m)^---$", -1)) {
      if (document.contains("sluice.dev/v1alpha1") && !document.contains("kind: Scenario")) {
        assertThat(create(document).err()).isEmpty();
      }
    }
  }

  @Test
  void the_defaults_are_those_of_the_readers() throws IOException {
    for (Path file : examples()) {
      for (String document : Files.readString(file).split("(?m)^---$", -1)) {
        if (document.contains("kind: ReleasePolicy")) {
          Kubectl.Outcome taken = create(document);
          assertThat(policy(taken.out()).spec()).isEqualTo(policy(document).spec());
        }
      }
    }
  }

  @Test
  void what_is_read_and_written_again_is_taken() throws IOException {
    for (Path file : examples()) {
      for (String document : Files.readString(file).split("(?m)^---$", -1)) {
        if (document.contains("kind: ReleasePolicy")) {
          assertThat(create(Yaml.yaml(policy(document))).err()).isEmpty();
        }
      }
    }
  }

  @Test
  void people_see_the_columns_that_matter() throws IOException {
    String text = Files.readString(READERS.resolve("right.yaml"));
    cluster
        .admin()
        .with(text.replace("{ name: orders }\nspec", "{ name: shown }\nspec"), "create", "-f", "-");
    assertThat(cluster.admin().run("get", "rp"))
        .matches("(?s)NAME +PHASE +STAGE +WEIGHT +VERDICT +AGE.*shown.*");
    assertThat(cluster.admin().run("get", "sluice", "-o", "name"))
        .contains("releasepolicy.sluice.dev/shown");
    assertThat(cluster.admin().run("explain", "rp.spec.strategy.canary.stages.holdback"))
        .contains("part of the weight that stays with stable to compare with");
  }

  @Test
  void what_carries_traffic_stays_in_the_policy_while_a_release_runs() throws IOException {
    String text =
        Files.readString(READERS.resolve("right.yaml"))
            .replace("{ name: orders }\nspec", "{ name: running }\nspec");
    cluster.admin().with(text, "create", "-f", "-");
    phase("Shifting");
    for (String other :
        List.of(
            text.replace("services: [orders]", "services: [orders, more]"),
            text.replace("httpRoutes", "grpcRoutes"),
            text.replace("workloadRef: { name: orders }", "workloadRef: { name: others }"))) {
      assertThat(cluster.admin().attempt(other, "apply", "-f", "-").err())
          .contains("spec: Invalid value")
          .contains("stay as they are while a release runs");
    }
    cluster.admin().with(text.replace("weight: 5 ", "weight: 6 "), "apply", "-f", "-");
    phase("Aborted");
    cluster.admin().with(text.replace("httpRoutes", "grpcRoutes"), "apply", "-f", "-");
  }

  private static void phase(String phase) {
    cluster
        .admin()
        .run(
            "patch",
            "rp/running",
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"phase\":\"" + phase + "\"}}");
  }

  private static Kubectl.Outcome create(String manifest) {
    return cluster
        .admin()
        .attempt(
            manifest.replaceFirst("(, |\n +)namespace: \"?shop\"?", ""),
            "create",
            "--dry-run=server",
            "--validate=strict",
            "-o",
            "yaml",
            "-f",
            "-");
  }

  private static ReleasePolicy policy(String text) {
    return switch (Manifest.read(text)) {
      case Parsed.Ok<Manifest> ok ->
          ok.value().objects().stream()
              .filter(ReleasePolicy.class::isInstance)
              .map(ReleasePolicy.class::cast)
              .findFirst()
              .orElseThrow();
      case Parsed.Bad<Manifest> bad -> throw new AssertionError(bad.problems());
    };
  }
}
