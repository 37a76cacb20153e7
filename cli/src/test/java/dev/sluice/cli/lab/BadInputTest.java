package dev.sluice.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Sluice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bad input is one clear sentence for each mistake and exit code 2; nothing starts, nothing is
 * lost.
 */
class BadInputTest {
  private static final String POLICY =
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

  @TempDir private Path temp;

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          services: | servces: | line 6: spec.servces is not known; did you mean services?
          weight: 5 } | weight: 0.5 } | line 8: spec.strategy.canary.stages[0].weight is 0.5; write whole percents
          weight: 50 | weight: 2 | line 8: spec.strategy.canary.stages[1].weight falls to 2% from 5%
          { name: orders }⏎  services | {}⏎  services | line 5: spec.workloadRef.name is missing
          { gateway: | { ingressNginx: {}, gateway: | line 7: spec.route says gateway and ingressNginx at once
          """)
  void a_wrong_policy_is_refused_by_the_lab_and_by_check(String right, String wrong, String says)
      throws IOException {
    Path file = temp.resolve("policy.yaml");
    String text = POLICY.replace(right.replace("⏎", "\n"), wrong.replace("⏎", "\n"));
    assertThat(text).isNotEqualTo(POLICY);
    Files.writeString(file, text);

    assertThat(refused("lab", "-f", file.toString()).err()).contains(file + ": " + says);

    Sluice checked = Sluice.run("check", "policy", file.toString());
    assertThat(checked.exit()).isEqualTo(2);
    assertThat(checked.out()).contains(file + ": " + says);
  }

  @Test
  void a_right_policy_is_told_what_it_will_do() throws IOException {
    Path file = temp.resolve("policy.yaml");
    Files.writeString(file, POLICY);
    Sluice checked = Sluice.run("check", "policy", file.toString());
    assertThat(checked.exit()).isZero();
    assertThat(checked.out()).contains("right. orders releases Deployment orders: canary");
    assertThat(Sluice.run("check", "policy", "-o", "json", file.toString()).out())
        .contains("\"problems\" : [ ]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "job: { cronJob: a } | spec.checks[0].job is run by a cluster, and the lab has none",
        "webhook: { url: https://a, hmac: { name: a, key: b } } | spec.checks[0].webhook.hmac is in a cluster"
      })
  void a_check_that_takes_a_cluster_is_refused_by_the_lab_alone(String check, String says)
      throws IOException {
    Path file = temp.resolve("policy.yaml");
    Files.writeString(
        file, POLICY + "  checks: [{ name: a, at: BeforeFlip, %s }]\n".formatted(check));
    assertThat(refused("lab", "-f", file.toString()).err()).contains(says);
    assertThat(Sluice.run("check", "policy", file.toString()).exit()).isZero();
  }

  @Test
  void a_scenario_that_does_not_exist_is_refused() {
    assertThat(refused("lab", "--scenario", "errors-6").err()).contains("Did you mean errors-5?");
    assertThat(refused("lab", "--scenario", temp + "/none.yaml").err())
        .contains("There is no file");
    assertThat(refused("lab", "--scenario", temp + "/").err()).contains("is a folder");
  }

  @Test
  void a_policy_file_that_does_not_exist_is_refused() {
    assertThat(refused("lab", "-f", temp + "/none.yaml").err()).contains("There is no file");
  }

  @Test
  void a_pace_or_port_out_of_range_is_refused() {
    assertThat(refused("lab", "--pace", "0").err()).contains("--pace is a number from");
    assertThat(refused("lab", "--port", "70000").err()).contains("--port one from");
    assertThat(refused("lab", "--pace", "fast").err()).contains("fast");
  }

  @Test
  void a_record_that_cannot_be_written_or_cannot_say_the_policy_is_refused() throws IOException {
    assertThat(refused("lab", "--record", temp + "/none/a.jsonl").err())
        .contains("--record: " + temp + "/none/a.jsonl cannot be written (");
    Path record = temp.resolve("a.jsonl");
    assertThat(refused("lab", "--scenario", "blue-green", "--record", record.toString()).err())
        .contains("spec.strategy.blueGreen moves all users at once");
    assertThat(record).doesNotExist();
  }

  @Test
  void a_port_in_use_is_refused() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(refused("lab", "--port", String.valueOf(taken.getLocalPort())).err())
          .contains("Port " + taken.getLocalPort() + " is in use");
    }
  }

  @Test
  void a_missing_jar_and_a_missing_program_are_refused() throws IOException {
    assertThat(refused("lab", "--scenario", scenario("java, -jar, none.jar")).err())
        .contains("Version v2 needs the jar")
        .contains("none.jar");
    assertThat(refused("lab", "--scenario", scenario("no-such-program")).err())
        .contains("\"no-such-program\", and there is no such program");
  }

  @Test
  void a_state_of_a_newer_version_is_refused_and_left_untouched() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("lab"));
    Path state = folder.resolve("state.json");
    Files.writeString(state, "{\"schema\":99,\"new\":true}");
    assertThat(refused("lab").err()).contains("was written by a newer Sluice");
    assertThat(state).hasContent("{\"schema\":99,\"new\":true}");
  }

  @Test
  void without_a_lab_there_is_nothing_to_look_at_or_to_act_on() {
    for (String command : List.of("get", "watch", "explain", "history", "approve", "undo")) {
      Sluice said = Sluice.run(command, "--lab=" + temp.resolve("lab"));
      assertThat(said.exit()).isEqualTo(4);
      assertThat(said.err()).startsWith("No lab is in ");
    }
  }

  /** Refused with exit code 2, in sentences, and nothing was started. */
  private Sluice refused(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--folder", temp.resolve("lab").toString()));
    Sluice said = Sluice.run(all.toArray(String[]::new));
    assertThat(said.exit()).as(said.err()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(temp.resolve("lab/node.json")).doesNotExist();
    assertThat(temp.resolve("lab/course.json")).doesNotExist();
    return said;
  }

  private String scenario(String command) throws IOException {
    Path file = temp.resolve("mine.yaml");
    Files.writeString(
        file,
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Scenario
        metadata: { name: mine }
        spec:
          versions: { v1: {}, v2: { command: [%s] } }
          steps: [{ deploy: v2 }]
        ---
        %s"""
            .formatted(command, POLICY));
    return file.toString();
  }
}
