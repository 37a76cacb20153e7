package dev.sluice.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchFileTest {
  private static final Instant AT = Instant.parse("2026-01-01T12:00:00.123Z");

  @TempDir Path folder;

  @Test
  void what_was_seen_is_seen_again() throws IOException {
    Path file = folder.resolve("deep").resolve("shop.watch.jsonl");
    Shop shop =
        new Shop(
            "test",
            "shop",
            "shop",
            List.of("shop", "other"),
            Optional.of(new Shop.Route("GRPCRoute", "shop")),
            Optional.of("preview"));
    try (WatchFile out = new WatchFile(file, shop)) {
      out.append(
          new Version(
              AT,
              1,
              "Deployment",
              false,
              Story.read(
                  "{ metadata: { name: 'shop', labels: { 'sluice.dev/policy': 'shop', 'sluice.dev/held': 'true' } }, spec: { paused: false } }")),
          Writer.USER);
      out.append(new Answer(AT, AT, "", 0, true, "refused"));
      out.append(
          new Version(AT, 2, "Pod", true, Story.read("{ metadata: { name: 'one' } }")),
          Writer.UNKNOWN);
    }
    Watcher watcher = WatchFile.read(file, Limits.usual());
    assertThat(watcher.violations())
        .extracting(Violation::invariant, Violation::revision, Violation::at)
        .containsExactly(tuple("held", 1L, AT), tuple("lost", 0L, AT));
    assertThat(watcher.counts().versions())
        .containsEntry("Pod", 1L)
        .containsEntry("Deployment", 1L);
  }

  @Test
  void another_file_is_refused() throws IOException {
    Path file = Files.writeString(folder.resolve("other"), "{}\n");
    assertThatIOException()
        .isThrownBy(() -> WatchFile.read(file, Limits.usual()))
        .withMessageContaining("does not begin with a shop");
  }
}
