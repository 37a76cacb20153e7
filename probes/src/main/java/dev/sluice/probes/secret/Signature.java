package dev.sluice.probes.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Says who sent a request, as Standard Webhooks 1.0 has it, for which there are libraries in most
 * languages: HMAC-SHA256 over id, time and body. The id tells what came twice, the time what is
 * played back.
 */
public final class Signature {
  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  /**
   * The headers that it takes.
   *
   * @param key as {@link Secrets#hmacKey} reads it
   * @param id the same for what is sent once more
   */
  public static Map<String, String> headers(byte[] key, String id, Instant at, String body) {
    String time = Long.toString(at.getEpochSecond());
    return Map.of(
        "webhook-id", id, "webhook-timestamp", time, "webhook-signature", of(key, id, time, body));
  }

  private static String of(byte[] key, String id, String time, String body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      byte[] signed = (id + "." + time + "." + body).getBytes(UTF_8);
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
