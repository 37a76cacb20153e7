package dev.sluice.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of docs/judge.md runs, and is answered as it says there. */
class JudgeInDocsTest {
  private static final Path PAGE = Path.of("../docs/judge.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```json\\n(.*?)^```$");

  @Test
  void the_example_is_answered_as_it_says() throws IOException {
    List<String> blocks =
        BLOCK.matcher(Files.readString(PAGE)).results().map(block -> block.group(1)).toList();
    assertThat(blocks).hasSize(2);
    Judged judged = Judged.of(blocks.getFirst().getBytes(StandardCharsets.UTF_8));
    assertThat(judged.exit()).isZero();
    List<JsonNode> said = blocks.getLast().lines().map(Judged::json).toList();
    assertThat(judged.answers()).hasSameSizeAs(said);
    for (int i = 0; i < said.size(); i++) {
      JsonNode answer = judged.answers().get(i);
      assertThat(answer.properties()).hasSameSizeAs(said.get(i).properties());
      said.get(i)
          .properties()
          .forEach(
              field -> {
                JsonNode seen = answer.path(field.getKey());
                if (field.getValue().isNumber()) {
                  double value = field.getValue().asDouble();
                  assertThat(seen.asDouble()).isCloseTo(value, within(1e-9 * Math.abs(value)));
                } else {
                  assertThat(seen).isEqualTo(field.getValue());
                }
              });
    }
  }
}
