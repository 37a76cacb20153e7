package dev.sluice.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** This repository, from wherever a test runs in it. */
public final class Repository {
  private Repository() {}

  /** A file of it. */
  public static Path file(String path) {
    for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve(path))) {
        return up.resolve(path);
      }
    }
    throw new IllegalStateException(path + " is not above this folder.");
  }
}
