package dev.sluice.probes.notify;

import dev.sluice.api.MessageTemplate;
import dev.sluice.api.Notify.Webhook;
import dev.sluice.probes.secret.SecretSource.Unreadable;
import dev.sluice.probes.secret.Secrets;
import dev.sluice.probes.secret.Signature;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A webhook of one's own, signed. */
record SignedPost(Secrets secrets, Webhook webhook, Optional<MessageTemplate> template)
    implements Posting.Writing {
  @Override
  public Post of(Notice notice, Instant now) throws Unreadable {
    URI to = secrets.url(webhook.url(), webhook.secret());
    String body = Texts.json(Texts.data(template, notice));
    byte[] key = secrets.hmacKey(webhook.hmac());
    Map<String, String> headers = new HashMap<>(Signature.headers(key, notice.id(), now, body));
    headers.put("Content-Type", "application/json");
    return new Post(to, headers, body);
  }

  @Override
  public void ready() throws Unreadable {
    var _ = secrets.url(webhook.url(), webhook.secret());
    var _ = secrets.hmacKey(webhook.hmac());
  }
}
