package dev.sluice.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The commands of all writers as they are started. */
class CommandsTest {
  private static final Path FOLDER = Path.of("/shop");

  @ParameterizedTest
  @EnumSource
  void every_command_is_one_of_the_programs_with_nothing_left_to_stand_for(Writer writer) {
    Writer.Work work = writer.work();
    List<List<String>> all =
        Stream.of(work.first(), work.rounds(), work.push())
            .flatMap(List::stream)
            .map(command -> Commands.words(command, FOLDER))
            .toList();
    assertThat(all).isNotEmpty();
    for (List<String> words : all) {
      assertThat(words.stream().dropWhile(w -> w.startsWith("KUBE_EDITOR=")).findFirst())
          .get()
          .isIn("kubectl", "helm", "flux", "argocd");
      assertThat(words).doesNotContain("DIR", "CHART", "BARE", "");
    }
  }

  @Test
  void words_in_quotes_are_one() {
    assertThat(Commands.words("'KUBE_EDITOR=sed -i s/a/b/' kubectl edit x -f DIR", FOLDER))
        .containsExactly(
            "KUBE_EDITOR=sed -i s/a/b/", "kubectl", "edit", "x", "-f", "/shop/templates");
  }
}
