package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrdTest {
  private static final Path DIRECTORY = Path.of("src/main/resources/crds");

  @Test
  void the_crds_say_what_the_records_and_their_readers_say() throws IOException {
    boolean write = System.getProperty("sluice.crds", "").equals("write");
    for (Map.Entry<String, String> file : CrdGenerator.files().entrySet()) {
      Path path = DIRECTORY.resolve(file.getKey());
      if (write) {
        Files.createDirectories(DIRECTORY);
        Files.writeString(path, file.getValue());
      }
      assertThat(path)
          .as(
              "%s follows from the records; write it anew by ./mvnw -pl api -am test"
                  + " -Dtest=CrdTest -Dsurefire.failIfNoSpecifiedTests=false -Dsluice.crds=write",
              path)
          .hasContent(file.getValue());
    }
  }
}
