package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans without a cluster. */
class PlanCommandTest {
  @TempDir private Path folder;

  private record Said(int exit, String out, String err) {}

  @Test
  void each_write_and_when_and_what_the_evidence_would_see() throws IOException {
    Said said = plan("analysis: { arm: Always }", "--requests-per-second", "200");

    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.out().lines().map(String::strip))
        .contains("Nothing blocks it.")
        .anyMatch(
            l -> l.matches("0s +0s +prepare +0% +\\d+\\+1 +Service orders: the old version alone"))
        .anyMatch(l -> l.endsWith("HTTPRoute orders: 1% to orders-candidate"))
        .contains("Waits for approve small by a person")
        .anyMatch(l -> l.matches("small +1% +120 in 1m +passes in .* back in \\ds, \\d+ hurt"));
    assertThat(said.out())
        .contains("200 requests/s, 0.10 % of them bad (as given); harm is taken back")
        .contains("Pods: 4 today, 8 at the peak.");
  }

  @Test
  void an_adaptive_ladder_says_what_it_would_skip_and_when_it_would_not() {
    Said said =
        run(
            "plan",
            "-f",
            "../examples/policies/adaptive.yaml",
            "--offline",
            "--replicas",
            "10",
            "--requests-per-second",
            "1000");

    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.out().lines().map(String::strip))
        .anyMatch(l -> l.endsWith("adaptive canary."))
        .anyMatch(l -> l.matches("skipped +30m\\d+s +small +5% .*"))
        .as("it waits for a person at half")
        .anyMatch(l -> l.matches("5m\\d+s +1h\\d+s +medium +20% .*"))
        .anyMatch(l -> l.matches("medium +20% +120000 in 10m +passes in .*"))
        .as("no version as good as stable comes to it")
        .noneMatch(l -> l.matches("small +5% +\\d+ in .*"));
  }

  @Test
  void programs_read_the_same() throws IOException {
    Said said = plan("", "--requests-per-second", "200", "--errors", "0.5%", "-o", "json");

    JsonNode plan = new ObjectMapper().readTree(said.out());
    assertThat(plan.at("/steps/0/name").asText()).isEqualTo("prepare");
    assertThat(plan.at("/evidence/errors").asDouble()).isEqualTo(0.005);
    assertThat(plan.at("/evidence/armed").asBoolean()).as("nobody has measured it").isFalse();
    assertThat(plan.at("/evidence/stages")).hasSize(3);
    assertThat(plan.at("/evidence/stages/0/harms")).hasSize(3);
    assertThat(plan.at("/blocks").isArray()).isTrue();
  }

  @Test
  void without_the_traffic_nothing_is_said_of_evidence() throws IOException {
    assertThat(plan("").out())
        .contains("Today's traffic is not known.")
        .doesNotContain("It cannot see");
  }

  @Test
  void a_template_that_is_not_there_blocks() throws IOException {
    Said said = plan("analysis: { metrics: [{ template: failures }] }");

    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.out()).contains("It is blocked:").contains("no MetricTemplate of that name");
  }

  @Test
  void what_does_not_go_together_is_said() throws IOException {
    Path file = file("");
    String name = file.toString();

    assertThat(run("plan", "-f", name, "--offline").err()).contains("--replicas");
    assertThat(run("plan", "orders", "-f", name).err()).contains("leave one out");
    assertThat(run("plan", "-f", name, "--offline", "--replicas", "0").err())
        .contains("is 1 to 100000, not 0");
    assertThat(plan("", "--requests-per-second", "-1").exit()).isEqualTo(2);
    assertThat(plan("", "--pods-ready", "soon").err()).contains("is not a duration");
    assertThat(plan("", "--errors", "many").exit()).isEqualTo(2);
    assertThat(plan("", "-n", "mail").err()).contains("is for the namespace shop");
  }

  private Said plan(String spec, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("plan", "-f", file(spec).toString(), "--offline", "--replicas", "4"));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  private Path file(String spec) throws IOException {
    return Files.writeString(
        folder.resolve("policy.yaml"),
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePolicy
        metadata: { name: orders, namespace: shop }
        spec:
          workloadRef: { name: orders }
          services: [orders]
          route: { gateway: { httpRoutes: [{ name: orders }] } }
          strategy:
            canary:
              stages:
                - { name: small, weight: 1, min: 60s, max: 10m, approve: Before }
                - { name: half, weight: 50, min: 60s, max: 10m }
              bake: 60s
          %s
        """
            .formatted(spec));
  }

  private static Said run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new Said(exit, out.toString(), err.toString());
  }
}
