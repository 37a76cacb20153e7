package dev.sluice.probes.checks;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A check that asks whoever is at a URL.
 *
 * @param timeout after which no answer is a no
 */
public record WebhookCheck(URI url, Duration timeout, Subject subject) implements Check {
  /** The same about one release. */
  public WebhookCheck of(String release, Optional<String> version) {
    return new WebhookCheck(url, timeout, subject.of(release, version, Optional.empty()));
  }

  /** Who is asked, for people: the rest of the URL may hold a token. */
  String host() {
    return url.getHost();
  }
}
