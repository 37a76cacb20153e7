package dev.sluice.operator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The state in a file that only its owner may read. While it is open no other process can open it:
 * two never act on one policy at once (invariant 9).
 */
public final class JsonStore implements Store, AutoCloseable {
  private static final Set<PosixFilePermission> MODE =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;
  private final FileChannel lockFile;

  private JsonStore(Path file, FileChannel lockFile) {
    this.file = file;
    this.lockFile = lockFile;
  }

  /**
   * Opens the file for this process alone; it need not exist, its folder must.
   *
   * @throws StateRefused if another process has it open
   */
  public static JsonStore open(Path file) throws IOException {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    FileChannel channel =
        FileChannel.open(
            lock,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(MODE));
    try {
      FileLock held = channel.tryLock();
      if (held != null) {
        return new JsonStore(file, channel);
      }
    } catch (OverlappingFileLockException e) {
      // This very process has it open: the same answer.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new StateRefused(
        "Another process works on %s. Stop it first, or leave the work to it.".formatted(file));
  }

  @Override
  public Optional<Saved> load() throws IOException {
    return read(file);
  }

  /**
   * Reads a state without opening it, for those who only look.
   *
   * @throws StateRefused if it is of a newer form, or damaged
   */
  public static Optional<Saved> read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    return Optional.of(SavedJson.read(bytes, file.toString()));
  }

  @Override
  public void save(Saved saved) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.deleteIfExists(next);
    ByteBuffer bytes = ByteBuffer.wrap(SavedJson.write(saved));
    try (FileChannel out =
        FileChannel.open(
            next,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(MODE))) {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      // The rename itself must survive a loss of power.
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  /** No other process can open the file. */
  @Override
  public void guard() {}

  /** What was saved is all that there is to read. */
  @Override
  public void publish() {}

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
