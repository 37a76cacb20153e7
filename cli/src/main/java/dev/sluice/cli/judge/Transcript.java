package dev.sluice.cli.judge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Tick;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the judge of a release reads, as {@code sluice judge} takes it in: a line a tick, as it
 * comes. It is of the first release that begins while it listens, up to its way back or the flip:
 * after that the judge alone has no more weights. A release never waits for it, nor fails by it.
 */
final class Transcript implements Recorder {
  private final Path file;
  private final FileChannel channel;
  private final ObjectNode config;
  private final Duration usual;
  private final Set<String> levels;
  private final Consumer<String> says;
  private Optional<String> release = Optional.empty();
  private List<Tick> past = List.of();
  private Optional<TickWriter> ticks = Optional.empty();
  private boolean over;

  private Transcript(
      Path file,
      FileChannel channel,
      ObjectNode config,
      Duration usual,
      Set<String> levels,
      Consumer<String> says) {
    this.file = file;
    this.channel = channel;
    this.config = config;
    this.usual = usual;
    this.levels = levels;
    this.says = says;
  }

  /**
   * What stands in the file stays there until a release begins.
   *
   * @param config as {@link dev.sluice.api.LadderWriter} writes it
   * @param usual length of a tick
   * @param levels metrics that are no shares of bad events
   * @param says gets sentences for people
   * @throws Failed if it cannot be written
   */
  static Transcript to(
      Path file, ObjectNode config, Duration usual, Set<String> levels, Consumer<String> says)
      throws Failed {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new Transcript(file, channel, config, usual, levels, says);
    } catch (IOException e) {
      throw new Failed(
          Exit.USAGE,
          "--record: %s cannot be written (%s). Name another file, or leave --record out; nothing was started."
              .formatted(file, cause(e)));
    }
  }

  private static String cause(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "its folder is not there";
      case AccessDeniedException _ -> "you may not write there";
      case FileSystemException f when f.getReason() != null -> String.valueOf(f.getReason());
      default -> String.valueOf(e.getMessage());
    };
  }

  @Override
  public synchronized void judgeBegins(Run run, List<Tick> known) {
    boolean mine = release.map(run.id()::equals).orElse(!run.undo());
    if (mine && ticks.isEmpty()) {
      release = Optional.of(run.id());
      past = known;
    }
  }

  @Override
  public synchronized void judgeRead(Run run, Tick tick, OptionalDouble weightAccuracy) {
    if (over || release.filter(run.id()::equals).isEmpty()) {
      return;
    }
    over = !upToTheFlip(run.phase());
    if (!over) {
      try {
        writer(weightAccuracy).tick(tick);
      } catch (IOException e) {
        over = true;
        says.accept(
            "What the judge reads is not written to %s any more (%s); the release goes on."
                .formatted(file, cause(e)));
      }
    }
  }

  private static boolean upToTheFlip(Phase phase) {
    return switch (phase) {
      case CHECKING, PREPARING, SHIFTING -> true;
      case BAKING, HANDING_OVER, SUCCEEDED, ABORTING, ABORTED, REVERTED, SUPERSEDED -> false;
    };
  }

  private TickWriter writer(OptionalDouble weightAccuracy) throws IOException {
    if (ticks.isPresent()) {
      return ticks.get();
    }
    if (Files.isRegularFile(file)) {
      var _ = channel.truncate(0);
    }
    if (weightAccuracy.isEmpty()) {
      config.withObject("/config").put("completions", false);
    }
    Writer out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
    out.write(config + "\n");
    TickWriter writer = new TickWriter(out, usual, levels);
    ticks = Optional.of(writer);
    writer.history(past);
    past = List.of();
    return writer;
  }

  /** Ends it; says so if there was nothing to be written. */
  @Override
  public synchronized void close() {
    over = true;
    if (ticks.isEmpty()) {
      says.accept(
          "Nothing was recorded in %s: a record begins with its release, and none began here."
              .formatted(file));
    }
    try {
      channel.close();
    } catch (IOException e) {
      says.accept("%s could not be closed (%s).".formatted(file, cause(e)));
    }
  }
}
