package dev.sluice.probes.metrics.prometheus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * How we are known to Prometheus. Secrets are in files that somebody named, and are read anew each
 * time: what a Secret mounts changes while we live. They are in no log, no status, no toString.
 */
public sealed interface Access {
  /** Not at all. */
  record Open() implements Access {}

  /**
   * By a token.
   *
   * @param file that holds it
   */
  record Bearer(Path file) implements Access {}

  /**
   * By a name and a password.
   *
   * @param file that holds the password
   */
  record Basic(String user, Path file) implements Access {
    public Basic {
      if (user.indexOf(':') >= 0) {
        throw new IllegalArgumentException("a user's name has no colon");
      }
    }
  }

  /** The longest secret that is taken for one. */
  int BYTES = 1 << 16;

  /**
   * The header's value; empty: none is needed.
   *
   * @throws IOException with a sentence without the secret
   */
  default Optional<String> header() throws IOException {
    return switch (this) {
      case Open _ -> Optional.empty();
      case Bearer(Path file) -> {
        String token = secret(file);
        if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
          throw new IOException("the file " + file + " holds no token");
        }
        yield Optional.of("Bearer " + token);
      }
      case Basic(String user, Path file) -> {
        byte[] both = (user + ":" + secret(file)).getBytes(StandardCharsets.UTF_8);
        yield Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
      }
    };
  }

  private static String secret(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("the file " + file + " cannot be read");
    }
    if (Files.size(file) > BYTES) {
      throw new IOException("the file " + file + " is too long for a secret");
    }
    String secret = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    if (secret.isEmpty() || secret.chars().anyMatch(c -> c < ' ')) {
      throw new IOException("the file " + file + " holds no secret of one line");
    }
    return secret;
  }
}
