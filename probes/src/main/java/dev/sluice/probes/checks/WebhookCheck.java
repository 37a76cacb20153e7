package dev.sluice.probes.checks;

import dev.sluice.api.SecretKey;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A check that asks whoever is at a URL.
 *
 * @param hmac of the key that the request is signed with; empty: it is not
 * @param timeout after which no answer is a no
 */
public record WebhookCheck(URI url, Optional<SecretKey> hmac, Duration timeout, Subject subject)
    implements Check {
  /** The same about one release. */
  public WebhookCheck of(String release, Optional<String> version) {
    return new WebhookCheck(url, hmac, timeout, subject.of(release, version, Optional.empty()));
  }

  /** Who is asked, for people: the rest of the URL may hold a token. */
  String host() {
    return url.getHost();
  }
}
