package dev.sluice.probes.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.SecretKey;
import dev.sluice.probes.secret.SecretSource.Unreadable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Optional;

/** Values of Secrets as what they are used for. What is wrong with one is said without it. */
public record Secrets(SecretSource source) {
  private static final String STANDARD = "whsec_";
  private static final int LONGEST = 4096;

  /** Shorter ones can be guessed. */
  private static final int SHORTEST_KEY = 16;

  /** Of one line. */
  public String text(SecretKey secret) throws Unreadable {
    String value = source.read(secret).strip();
    if (value.isEmpty()
        || value.length() > LONGEST
        || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw wrong(secret, "is no single line of text");
    }
    return value;
  }

  /** By https only: whoever reads it can send as we do. */
  public URI url(SecretKey secret) throws Unreadable {
    try {
      URI uri = new URI(text(secret));
      if ("https".equalsIgnoreCase(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Its message has the whole URL in it.
      throw wrong(secret, "is no URL");
    }
    throw wrong(secret, "is no URL that begins with https:// and has no user");
  }

  /** One of the two, as the policy has it. */
  public URI url(Optional<String> open, Optional<SecretKey> secret) throws Unreadable {
    return secret.isPresent() ? url(secret.get()) : URI.create(open.orElseThrow());
  }

  /** For a header. */
  public String token(SecretKey secret) throws Unreadable {
    String token = text(secret);
    if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw wrong(secret, "is no token");
    }
    return token;
  }

  /**
   * Bytes to sign with: as Standard Webhooks writes them, {@code whsec_} and base64, or as it is.
   */
  public byte[] hmacKey(SecretKey secret) throws Unreadable {
    String text = text(secret);
    byte[] key;
    try {
      key =
          text.startsWith(STANDARD)
              ? Base64.getDecoder().decode(text.substring(STANDARD.length()))
              : text.getBytes(UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong(secret, "begins with whsec_ and is no base64 after it");
    }
    if (key.length < SHORTEST_KEY) {
      throw wrong(secret, "is shorter than %d bytes".formatted(SHORTEST_KEY));
    }
    return key;
  }

  private static Unreadable wrong(SecretKey secret, String what) {
    return new Unreadable(
        "the value of %s in the Secret %s %s".formatted(secret.key(), secret.name(), what), false);
  }
}
