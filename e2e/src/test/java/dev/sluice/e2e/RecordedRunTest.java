package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.Kubelab.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the judge of a run reads on a real cluster, written down by {@code --record}: the judge
 * alone comes by it to the same end. With {@code -Dsluice.recorded=write} the records are those of
 * {@code bench/judge/recorded}.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(420)
class RecordedRunTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Path RECORDED = Path.of("../bench/judge/recorded");
  private static final String ERRORS = "{ arm: Always }";

  /** Pods are judged by their latency from their first answer on, and harm is seen once. */
  private static final String LATENCY =
      "{ arm: Always, metrics: [{ preset: errors }, { preset: latency, slowerThan: 25ms, warmUp: 0s }] }";

  private static final String LEVELS =
      "{ arm: Always, metrics: [{ preset: errors }, { preset: cpu }, { preset: memory },"
          + " { preset: saturation }, { preset: restarts }] }";

  private static final String SHORT =
      """
      - { name: small, weight: 10, min: 8s, max: 20s }
      - { name: medium, weight: 25, min: 8s, max: 20s }
      - { name: half, weight: 50, min: 8s, max: 20s }
      """;
  private static final String LONG =
      """
      - { name: small, weight: 10, min: 90s, max: 110s }
      - { name: half, weight: 50, min: 20s, max: 60s }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @TempDir private Path folder;

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_good_version() throws Exception {
    Recorded good = recorded("good", Edition.of("v2"), SHORT, ERRORS, true);
    assertThat(good.live).isEqualTo("Succeeded");
    assertThat(good.last("next").asDouble()).as("all is for the candidate").isEqualTo(100);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void one_that_is_judged_by_processor_time_memory_pools_and_restarts_too() throws Exception {
    Recorded levels = recorded("levels", Edition.of("v2"), SHORT, LEVELS, true);
    assertThat(levels.live).isEqualTo("Succeeded");
    JsonNode last = Json.read(Files.readAllLines(record("levels")).getLast());
    assertThat(last.path("pods")).hasSizeGreaterThan(1);
    for (JsonNode pod : last.path("pods")) {
      JsonNode metrics = pod.path("metrics");
      assertThat(metrics.at("/cpu/sum").asDouble(-1)).as("%s", pod).isNotNegative();
      assertThat(metrics.at("/memory/value").asDouble()).as("%s", pod).isGreaterThan(1e6);
      assertThat(metrics.at("/saturation/value").asDouble()).as("%s", pod).isBetween(0.0, 1.0);
      assertThat(metrics.at("/restarts/total").asDouble()).as("%s", pod).isPositive();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void one_with_errors() throws Exception {
    Recorded errors = recorded("errors-10", faulty("ERRORS", 0.1), LONG, ERRORS, true);
    assertThat(errors.abortedBy()).isIn("errors", "edge-errors");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void one_that_is_slow() throws Exception {
    Recorded slow = recorded("slow", faulty("SLOW_FACTOR", 10), LONG, LATENCY, true);
    assertThat(slow.abortedBy()).isEqualTo("latency");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void one_that_never_answers_some_requests_as_the_gateway_sees_it() throws Exception {
    Recorded hangs = recorded("hangs", faulty("HANG", 0.3), LONG, ERRORS, true);
    assertThat(hangs.abortedBy()).isEqualTo("edge-errors");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void one_that_never_answers_some_requests_where_no_gateway_counts() throws Exception {
    Recorded lost = recorded("lost", faulty("HANG", 0.5), LONG, ERRORS, false);
    assertThat(lost.abortedBy()).isEqualTo("share");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void one_with_errors_that_an_unarmed_judge_holds() throws Exception {
    Recorded unarmed =
        recorded("unarmed", faulty("ERRORS", 0.015), LONG, "{ arm: Measured }", true);
    assertThat(unarmed.live).as("nobody was there to say more").isEqualTo("Aborted");
    assertThat(unarmed.last("verdict").asText()).isEqualTo("Hold");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_version_of_which_the_gateway_alone_is_asked() throws Exception {
    Recorded edge =
        recorded(
            "edge",
            faulty("ERRORS", 0.2),
            LONG,
            "{ arm: Always, metrics: [{ preset: edge-errors }] }",
            true);
    assertThat(edge.abortedBy()).isEqualTo("edge-errors");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_record_that_cannot_be_written_keeps_the_release_from_beginning() throws Exception {
    try (ReleasedShop shop = open("unwritable", Edition.of("v2"))) {
      Map<String, Object> before = shop.written();
      Process run = run(shop, policy(SHORT, ERRORS), folder.resolve("none/record.jsonl"), true);
      assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(run.exitValue()).isEqualTo(2);
      assertThat(said(shop)).contains("--record: ", "its folder is not there");
      assertThat(shop.written()).isEqualTo(before);
    }
  }

  /** As its developers leave it for a run: with the new template, and not rolled out. */
  private static ReleasedShop open(String name, Edition next) {
    ReleasedShop shop = cluster.open(name);
    Kubectl admin = Kubectl.admin(cluster.kubelab(), name);
    admin.with(RunCommandTest.RIGHTS, "apply", "-f", "-");
    admin.run("rollout", "pause", "deployment/order-service");
    shop.shop().deploy(next);
    return shop;
  }

  private static Edition faulty(String variable, Object value) {
    return Edition.of("v3").with(variable, value);
  }

  /**
   * @param live phase that the release came to
   * @param said what the run told
   */
  private record Recorded(String live, String said, List<JsonNode> answers) {
    JsonNode last(String field) {
      return answers.getLast().path(field);
    }

    /**
     * At the same moment and for the same reason. Only shares of the stage may differ: what was
     * counted before it was entered is its own here.
     */
    String abortedBy() {
      assertThat(live).isEqualTo("Aborted");
      assertThat(answers.stream().filter(a -> a.path("verdict").asText().equals("Abort")))
          .singleElement()
          .isEqualTo(answers.getLast());
      String metric = last("metric").asText();
      String reason = "Aborting: " + last("reason").asText();
      if (metric.equals("share")) {
        assertThat(said).as("by the same counts").contains(reason);
      } else {
        String share = "[0-9.]+ %";
        assertThat(said)
            .as("by the same counts")
            .containsPattern(
                Arrays.stream(reason.split(share, -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining(share)));
      }
      return metric;
    }
  }

  /**
   * @param gateway whether the run is told where the gateway counts
   */
  private Recorded recorded(
      String name, Edition next, String stages, String analysis, boolean gateway) throws Exception {
    try (ReleasedShop shop = open(name, next)) {
      shop.breaks("lost"); // by the version itself
      shop.comeUsers(100);
      Path record = record(name);
      Process run = run(shop, policy(stages, analysis), record, gateway);
      assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said(shop)).isTrue();
      System.out.println(said(shop));
      String live = Json.read(read(shop, "out")).at("/status/phase").asText();
      List<JsonNode> answers = judged(record);
      System.out.printf("%s: live %s, replayed %s%n", name, live, answers.getLast());
      if (System.getProperty("sluice.recorded", "").equals("write")) {
        Files.createDirectories(RECORDED);
        var _ =
            Files.copy(
                record,
                RECORDED.resolve(record.getFileName()),
                StandardCopyOption.REPLACE_EXISTING);
      }
      return new Recorded(live, said(shop), answers);
    }
  }

  private Path record(String name) {
    return folder.resolve("cluster-" + name + ".jsonl");
  }

  private static String policy(String stages, String analysis) {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: ReleasePolicy
    metadata: { name: order-service }
    spec:
      workloadRef: { name: order-service }
      services: [order-service]
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
    %s      bake: 4s
      drain: 1s
      analysis: %s
    """
        .formatted(stages.indent(8), analysis);
  }

  private Process run(ReleasedShop shop, String policy, Path record, boolean gateway)
      throws IOException {
    Path kubeconfig = folder.resolve(shop.namespace() + ".kubeconfig");
    Kubeconfig.write(
        kubeconfig,
        "pipeline",
        shop.namespace(),
        cluster.kubelab().serviceAccount(shop.namespace(), "pipeline").getConfiguration());
    List<String> words =
        new ArrayList<>(
            List.of(
                "run",
                "--kubeconfig=" + kubeconfig,
                "-f",
                Files.writeString(folder.resolve(shop.namespace() + ".yaml"), policy).toString(),
                "--through-api-server",
                "--record=" + record,
                "--timeout=150s",
                "--output=json"));
    if (gateway) {
      words.add("--gateway-metrics=" + cluster.gateway().stats());
    }
    return sluice(words)
        .redirectOutput(folder.resolve(shop.namespace() + ".out").toFile())
        .redirectError(folder.resolve(shop.namespace() + ".err").toFile())
        .start();
  }

  private List<JsonNode> judged(Path record) throws Exception {
    Path answers = folder.resolve(record.getFileName() + ".answers");
    Process judge =
        sluice(List.of("judge"))
            .redirectInput(record.toFile())
            .redirectOutput(answers.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(judge.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(judge.exitValue()).as("every line is as it should be").isZero();
    List<JsonNode> all = new ArrayList<>();
    for (String line : Files.readAllLines(answers)) {
      all.add(Json.read(line));
    }
    return all;
  }

  private static ProcessBuilder sluice(List<String> words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.cli.Main"));
    command.addAll(words);
    return new ProcessBuilder(command);
  }

  private String said(ReleasedShop shop) throws IOException {
    return read(shop, "err");
  }

  private String read(ReleasedShop shop, String stream) throws IOException {
    return Files.readString(folder.resolve(shop.namespace() + "." + stream));
  }
}
