package dev.sluice.local.node;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Where a node is found, and what opens its door; in a file that only its owner may read.
 *
 * @param pid of its process
 * @param port of its API, on the loopback address
 * @param proxyPort that users come to
 */
public record NodeAddress(long pid, int port, int proxyPort, String token) {
  private static final String FILE = "node.json";

  /** The node that last wrote its address into that folder; it may be gone. */
  public static Optional<NodeAddress> read(Path folder) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve(FILE));
      return Optional.of(Wire.json().readValue(bytes, NodeAddress.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new IOException(
          "%s is damaged. Remove it; a node that still runs is found by `ps`."
              .formatted(folder.resolve(FILE)),
          e);
    }
  }

  void write(Path folder) throws IOException {
    Path next = folder.resolve(FILE + ".next");
    Files.deleteIfExists(next);
    try (var out =
        Files.newByteChannel(
            next,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      out.write(java.nio.ByteBuffer.wrap(Wire.json().writeValueAsBytes(this)));
    }
    Files.move(next, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The node is gone: nobody shall look for it. */
  public static void forget(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }

  /** Without the token, which no log shall have. */
  @Override
  public String toString() {
    return "node " + pid + " at port " + port;
  }
}
