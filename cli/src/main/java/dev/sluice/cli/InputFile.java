package dev.sluice.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that the user named. */
public final class InputFile {
  private static final long MOST_BYTES = 1 << 20;

  private InputFile() {}

  /** Its text; at most 1 MiB. */
  public static String read(Path path) throws Failed {
    try {
      if (Files.isDirectory(path)) {
        throw new Failed(Exit.USAGE, "%s is a folder; name a file.".formatted(path));
      }
      if (Files.size(path) > MOST_BYTES) {
        throw new Failed(Exit.USAGE, "%s has more than 1 MiB; split it.".formatted(path));
      }
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new Failed(Exit.USAGE, "There is no file %s.".formatted(path.toAbsolutePath()));
    } catch (MalformedInputException e) {
      throw new Failed(Exit.USAGE, "%s is not text in UTF-8.".formatted(path));
    } catch (IOException e) {
      throw new Failed(Exit.USAGE, "%s cannot be read: %s.".formatted(path, e));
    }
  }
}
