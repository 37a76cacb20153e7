package dev.sluice.probes.notify;

import dev.sluice.probes.secret.SecretSource.Unreadable;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A receiver that is told by one POST. */
record Posting(Writing writing, HttpClient http, Duration within, InstantSource clock)
    implements Channel {
  /** Long enough for who is far away. */
  static final Duration ANSWER = Duration.ofSeconds(10);

  /** Says what is posted. */
  interface Writing {
    /**
     * @param now when it is sent
     */
    Post of(Notice notice, Instant now) throws Unreadable;

    /** Reads what it takes. */
    void ready() throws Unreadable;
  }

  @Override
  public Outcome send(Notice notice) throws InterruptedException {
    Instant now = clock.instant();
    Post post;
    try {
      post = writing.of(notice, now);
    } catch (Unreadable e) {
      return Outcome.unreadable(e);
    }
    return post.send(http, within, now);
  }

  @Override
  public void ready() throws Unreadable {
    writing.ready();
  }
}
