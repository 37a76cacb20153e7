package dev.sluice.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** This repository, from wherever a test runs in it. */
public final class Repository {
  private Repository() {}

  /** The folder that it is in. */
  public static Path folder() {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve("docs/escape.md"))) {
        return up;
      }
    }
    throw new IllegalStateException("This runs in no folder of the repository.");
  }

  /** A file of it. */
  public static Path file(String path) {
    return folder().resolve(path);
  }
}
