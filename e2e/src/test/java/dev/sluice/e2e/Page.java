package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A page of this repository's docs, for what people copy from it.
 *
 * @param path in the repository
 */
record Page(String path) {
  /**
   * What stands in the block that has that text.
   *
   * @param language of the block: {@code sh}, {@code yaml}
   */
  String block(String language, String containing) {
    List<String> found =
        Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$")
            .matcher(text())
            .results()
            .map(block -> block.group(1))
            .filter(block -> block.contains(containing))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(
          "%s has %d blocks of %s with \"%s\", not one."
              .formatted(path, found.size(), language, containing));
    }
    return found.getFirst();
  }

  private String text() {
    try {
      return Files.readString(Repository.file(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
