package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The commands that the docs and the README show are ones that the program takes. */
class CommandsInDocsTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(?:sh)?\\n(.*?)^ *```$");
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)(?:^|[|&;] *|\\$\\()\\s*(?:\\./|kubectl )?sluice((?: +(?:'[^']*'|\"[^\"]*\"|[^\\s|&;<>#()'\"]+))+)");
  private static final Pattern WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|\\S+");

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("../docs"))) {
      return Stream.concat(
              Stream.of(Path.of("../README.md")),
              files.filter(
                  p -> p.toString().endsWith(".md") && !p.toString().contains("reference")))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void each_is_understood(Path page) throws IOException {
    for (MatchResult block : BLOCK.matcher(Files.readString(page)).results().toList()) {
      String text = block.group(1).replace("\\\n", " ");
      for (MatchResult command : COMMAND.matcher(text).results().toList()) {
        String[] words = words(command.group(1));
        CommandLine program = Commands.addTo(new CommandLine(new Main()), words);
        program.setCaseInsensitiveEnumValuesAllowed(true);
        assertThatCode(() -> program.parseArgs(words))
            .as("sluice%s", command.group(1))
            .doesNotThrowAnyException();
      }
    }
  }

  private static String[] words(String text) {
    List<String> words = new ArrayList<>();
    WORD.matcher(text)
        .results()
        .map(r -> r.group().replaceAll("^['\"]|['\"]$", ""))
        .forEach(words::add);
    return words.toArray(String[]::new);
  }
}
