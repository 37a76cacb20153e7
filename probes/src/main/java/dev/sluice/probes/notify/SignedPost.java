package dev.sluice.probes.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.MessageTemplate;
import dev.sluice.api.Notify.Webhook;
import dev.sluice.probes.notify.SecretSource.Unreadable;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A webhook of one's own, signed as Standard Webhooks 1.0 has it, for which there are libraries in
 * most languages: HMAC-SHA256 over id, time and body. The id tells what came twice, the time what
 * is played back.
 */
record SignedPost(Secrets secrets, Webhook webhook, Optional<MessageTemplate> template)
    implements Posting.Writing {
  private static final String ALGORITHM = "HmacSHA256";

  @Override
  public Post of(Notice notice, Instant now) throws Unreadable {
    URI to = secrets.url(webhook.url(), webhook.secret());
    String body = Texts.json(Texts.data(template, notice));
    String time = Long.toString(now.getEpochSecond());
    byte[] key = secrets.hmacKey(webhook.hmac());
    return new Post(
        to,
        Map.of(
            "Content-Type",
            "application/json",
            "webhook-id",
            notice.id(),
            "webhook-timestamp",
            time,
            "webhook-signature",
            "v1," + signature(key, notice.id(), time, body)),
        body);
  }

  private static String signature(byte[] key, String id, String time, String body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      byte[] signed = (id + "." + time + "." + body).getBytes(UTF_8);
      return Base64.getEncoder().encodeToString(mac.doFinal(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public void ready() throws Unreadable {
    var _ = secrets.url(webhook.url(), webhook.secret());
    var _ = secrets.hmacKey(webhook.hmac());
  }
}
