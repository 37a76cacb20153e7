package dev.sluice.cli.lab;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which lab is meant. */
public final class FolderOption {
  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "the lab's folder (default: $XDG_STATE_HOME/sluice/lab, or ~/.local/state/…)")
  private @Nullable Path folder;

  /** Filled in by picocli. */
  public FolderOption() {}

  LabFolder folder() {
    return folder == null ? LabFolder.usual(System.getenv()) : new LabFolder(folder);
  }

  /** Redrawn in place where a person sees it, lines elsewhere. */
  Progress progress(PrintWriter lines) throws IOException {
    boolean seen = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return seen
        ? LiveProgress.on(!System.getenv().containsKey("NO_COLOR"))
        : new PlainProgress(lines);
  }
}
