package dev.sluice.cli.lab;

import java.nio.file.Path;
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
}
