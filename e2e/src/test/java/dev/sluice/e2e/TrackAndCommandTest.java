package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.api.Words;
import dev.sluice.engine.world.Command;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A candidate's pod knows its track from the start; a command says who gave it. */
@Tag("cluster")
@Tag("own")
@Order(1)
@Tag("slow")
@Timeout(300)
class TrackAndCommandTest {
  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.share("track");

  private static final String RELEASE =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Release
      metadata: { name: %s, labels: { sluice.dev/running: "%s" } }
      spec: { policy: web, stableHash: aaa, candidateHash: %s }
      """;
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: %s, labels: { app: web, pod-template-hash: %s } }
      spec: { containers: [{ name: app, image: none, imagePullPolicy: Never }] }
      """;

  @Test
  void a_pod_of_the_candidate_is_labelled_when_it_is_created_and_no_other() {
    cluster.admin().with(RELEASE.formatted("web-1", "true", "bbb"), "create", "-f", "-");
    cluster.admin().with(RELEASE.formatted("web-0", "false", "ccc"), "create", "-f", "-");
    Await.until(
        "a pod of the candidate knows it",
        Duration.ofSeconds(20),
        () -> track("bbb").equals("candidate"));
    assertThat(track("aaa")).isEmpty();
    assertThat(track("ccc")).isEmpty();
  }

  @Test
  void without_any_release_and_in_other_namespaces_pods_are_created_as_ever() {
    assertThat(
            cluster
                .admin()
                .with(
                    POD.formatted("plain", "bbb"),
                    "create",
                    "--namespace=default",
                    "--dry-run=server",
                    "-o",
                    "jsonpath={.metadata.labels.sluice\\.dev/track}",
                    "-f",
                    "-"))
        .isEmpty();
  }

  @Test
  void the_author_of_a_command_is_who_sends_it() {
    cluster.dev().with(command("c1", "Abort"), "create", "-f", "-");
    assertThat(cluster.get("releasecommand/c1").at("/spec/by").asText()).isEqualTo("dev");
  }

  @Test
  void the_groups_of_its_author_are_those_that_the_api_server_knows() {
    cluster.dev().with(command("c4", "Abort"), "create", "-f", "-");
    assertThat(cluster.get("releasecommand/c4").at("/spec/groups").valueStream())
        .extracting(JsonNode::asText)
        .containsExactly("system:authenticated");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ABORT")
  void who_has_no_right_to_an_act_is_told_which_one_to_ask_for(Command.Action action) {
    Kubectl.Outcome refused =
        cluster.dev().attempt(command("c2", Words.of(action)), "create", "-f", "-");
    assertThat(refused.refused()).isTrue();
    String word = Words.of(action).toLowerCase(Locale.ROOT);
    assertThat(refused.err())
        .contains(
            "you may not %s releases in track: ask for the verb create on releases/%s"
                .formatted(word, word));
  }

  @Test
  void a_command_is_never_changed() {
    cluster.dev().with(command("c3", "Abort"), "create", "-f", "-");
    Kubectl.Outcome refused =
        cluster
            .admin()
            .attempt(
                "",
                "patch",
                "releasecommand/c3",
                "--type=merge",
                "-p",
                "{\"spec\":{\"action\":\"Approve\"}}");
    assertThat(refused.err())
        .contains("a command cannot be changed once it is given; create another one");
  }

  @Test
  void a_release_is_of_one_version_from_its_beginning_to_its_end() {
    cluster.admin().with(RELEASE.formatted("web-9", "false", "ddd"), "create", "-f", "-");
    Kubectl.Outcome refused =
        cluster
            .admin()
            .attempt(
                "",
                "patch",
                "release/web-9",
                "--type=merge",
                "-p",
                "{\"spec\":{\"candidateHash\":\"eee\"}}");
    assertThat(refused.err()).contains("a release is of one version");
  }

  private static String track(String hash) {
    return cluster
        .dev()
        .with(
            POD.formatted("web-" + hash, hash),
            "create",
            "--dry-run=server",
            "-o",
            "jsonpath={.metadata.labels.sluice\\.dev/track}",
            "-f",
            "-");
  }

  private static String command(String name, String action) {
    return """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleaseCommand
        metadata: { name: %s }
        spec: { release: web-1, action: %s, reason: because, by: somebody-else, groups: ["system:masters"] }
        """
        .formatted(name, action);
  }
}
