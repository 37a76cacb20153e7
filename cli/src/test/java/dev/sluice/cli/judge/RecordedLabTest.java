package dev.sluice.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.cli.Sluice;
import dev.sluice.operator.Decided;
import dev.sluice.operator.JsonStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release in the lab, and the judge alone on what its judge read. */
@Tag("slow")
class RecordedLabTest {
  @TempDir private Path temp;

  @Test
  void the_judge_alone_says_what_the_judge_of_the_release_said() throws Exception {
    Path folder = temp.resolve("lab");
    Path record = temp.resolve("record.jsonl");
    Sluice lab =
        Sluice.run(
            "lab",
            "--scenario",
            "errors-50",
            "--record",
            record.toString(),
            "--folder",
            folder.toString());
    assertThat(lab.exit()).as(lab.err()).isZero();
    assertThat(lab.lastLine()).startsWith("errors-50: v2 Aborted");

    Judged again = Judged.of(Files.readAllBytes(record));
    assertThat(again.exit()).as(again.err()).isZero();
    List<Decided> live =
        JsonStore.read(folder.resolve("state.json")).orElseThrow().decisions().stream()
            .filter(d -> d.code().equals("harm"))
            .toList();
    Decided harm = live.getFirst();
    assertThat(again.last().path("verdict").asText()).isEqualTo("Abort");
    assertThat(again.last().path("reason").asText()).isEqualTo(harm.sentence());
    assertThat(again.last().path("odds").asDouble())
        .isCloseTo(harm.odds(), within(1e-6 * harm.odds()));
    assertThat(again.last().path("hurt").asDouble()).isCloseTo(harm.hurt(), within(1e-6));
    assertThat(again.verdicts().stream().filter("Abort"::equals))
        .as("the record ends where the release turned back")
        .hasSize(1);
  }
}
