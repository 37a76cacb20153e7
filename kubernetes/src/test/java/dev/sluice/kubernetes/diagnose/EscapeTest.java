package dev.sluice.kubernetes.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is printed is what docs/escape.md says, and what is tested there. */
class EscapeTest {
  private static final Path DOCUMENT = Path.of("../docs/escape.md");

  @Test
  void every_command_of_the_document_is_printed_in_its_order_and_no_other() throws IOException {
    String document = Files.readString(DOCUMENT);
    int from = document.indexOf("## Sluice is gone");
    List<String> commands =
        document
            .substring(from, document.indexOf("## ", from + 3))
            .lines()
            .map(String::strip)
            .toList();

    List<String> printed = Escape.document().of("shop", "web").lines().toList();

    assertThat(printed.getFirst()).isEqualTo("NS=shop POLICY=web");
    assertThat(commands)
        .containsSubsequence(
            printed.stream()
                .skip(1)
                .filter(line -> !line.isEmpty())
                .map(line -> line.replaceFirst("^#   ?", "").replaceFirst("^# (?=\\S)", ""))
                .map(String::strip)
                .toList());
    assertThat(printed.stream().filter(line -> !line.startsWith("#")))
        .anyMatch(
            line -> line.contains("annotate services,pdb") && line.endsWith("sluice.dev/pin-"))
        .anyMatch(line -> line.contains("label deployment $DEPLOYMENT sluice.dev/held-"));
  }

  @Test
  void what_takes_the_old_manifests_is_left_for_a_person() {
    assertThat(Escape.document().of("shop", "web").lines())
        .filteredOn(line -> line.contains("old.yaml"))
        .hasSize(1)
        .allMatch(line -> line.startsWith("#"));
  }

  @Test
  void the_policies_of_the_cluster_go_last_and_by_hand() {
    assertThat(Escape.document().ofCluster().lines())
        .allMatch(line -> line.isEmpty() || line.startsWith("#"))
        .anyMatch(line -> line.startsWith("# kubectl delete mutatingadmissionpolicybindings"));
  }
}
