package dev.sluice.probes.checks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Says who sent a request, and when: {@code t=SECONDS,v1=HEX}, the HMAC-SHA256 of {@code
 * SECONDS.BODY}. Whoever compares it refuses what is old, so that it cannot be sent once more.
 */
public final class Signature {
  public static final String HEADER = "Sluice-Signature";
  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  /**
   * @param key not empty
   */
  public static String of(byte[] key, Instant at, String body) {
    long seconds = at.getEpochSecond();
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      byte[] sum = mac.doFinal((seconds + "." + body).getBytes(UTF_8));
      return "t=%d,v1=%s".formatted(seconds, HexFormat.of().formatHex(sum));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
