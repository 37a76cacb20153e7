package dev.sluice.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Sluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cluster unless the lab is said, and nothing is guessed. */
class PlaceTest {
  /** Nobody listens on these ports. */
  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      clusters:
        - { name: one, cluster: { server: "https://127.0.0.1:1" } }
        - { name: two, cluster: { server: "https://127.0.0.1:2" } }
      users: [{ name: me, user: { token: none } }]
      contexts:
        - { name: staging, context: { cluster: one, user: me } }
        - { name: production, context: { cluster: two, user: me } }
      current-context: staging
      """;

  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          get --lab -n shop | --lab is on this machine, and -n, -A, --context and --kubeconfig are of a cluster
          get --lab -A | --lab is on this machine
          abort --lab --context x | --lab is on this machine
          get -A -n shop | -A is all namespaces and -n is one
          abort --stage half | --stage is for approve only
          abort --by me | --by and --group are for a lab: a cluster knows who gives a command
          watch --timeout soon | soon
          """)
  void what_contradicts_itself_is_refused(String words, String says) {
    Sluice said = Sluice.run(words.split(" "));
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).contains(says).contains(" --help");
  }

  @Test
  void a_reason_is_bounded() {
    Sluice said = Sluice.run("abort", "--reason", "x".repeat(1025));
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).startsWith("--reason has 1025 letters; write at most 1024.");
  }

  @Test
  void the_word_behind_lab_is_a_name_and_no_folder() {
    assertThat(Sluice.run("explain", "--lab", "orders-3").err())
        .doesNotContain("No lab is in orders-3");
    assertThat(Sluice.run("explain", "--lab=" + temp).err()).startsWith("No lab is in " + temp);
  }

  @Test
  void a_context_that_is_not_there_is_never_replaced_by_the_current_one() throws IOException {
    Sluice said = cluster("abort", "--context", "prod");
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err())
        .startsWith("There is no context prod in the kubeconfig; it has: production, staging.");
  }

  @Test
  void the_context_that_is_named_is_the_one_that_is_asked() throws IOException {
    assertThat(cluster("get").err()).contains("https://127.0.0.1:1/ does not answer");
    assertThat(cluster("get", "--context", "production").err())
        .contains("https://127.0.0.1:2/ does not answer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "get", "watch", "explain", "history", "approve", "promote", "pause", "resume", "abort",
        "retry", "undo"
      })
  void a_cluster_that_does_not_answer_is_a_sentence_and_exit_4(String command) throws IOException {
    Sluice said = cluster(command);
    assertThat(said.exit()).isEqualTo(4);
    assertThat(said.err()).startsWith("The API server https://127.0.0.1:1/ does not answer");
    assertThat(said.err()).doesNotContain("\tat ").doesNotContain("An error has occurred");
  }

  @Test
  void a_kubeconfig_that_is_not_there_is_bad_input() {
    Sluice said = Sluice.run("get", "--kubeconfig", temp + "/none");
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).contains("/none cannot be read");
  }

  @Test
  void a_kubeconfig_that_is_none_or_names_no_cluster_is_a_sentence() throws IOException {
    for (String text : new String[] {"", "all: [wrong", "- 1", "users: 5"}) {
      Path file = Files.writeString(temp.resolve("broken"), text);
      Sluice said = Sluice.run("get", "--kubeconfig", file.toString());
      assertThat(said.exit()).as(text).isEqualTo(2);
      assertThat(said.err()).contains("/broken is no kubeconfig, or is damaged.");
    }
    Path file = Files.writeString(temp.resolve("bare"), "apiVersion: v1\nkind: Config\n");
    Sluice said = Sluice.run("get", "--kubeconfig", file.toString());
    assertThat(said.exit()).isEqualTo(4);
    assertThat(said.err()).startsWith("No cluster is named: ");
  }

  private Sluice cluster(String... words) throws IOException {
    Path file = Files.writeString(temp.resolve("kubeconfig"), KUBECONFIG);
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--kubeconfig", file.toString()));
    return Sluice.run(all.toArray(String[]::new));
  }
}
