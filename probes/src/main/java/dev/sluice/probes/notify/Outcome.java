package dev.sluice.probes.notify;

import dev.sluice.probes.secret.SecretSource;
import java.time.Duration;
import java.util.Optional;

/** What became of one try. The sentences hold nothing that was sent or answered. */
sealed interface Outcome {
  /** The receiver took it. */
  record Sent() implements Outcome {}

  /** It will not take it, however often it is asked. */
  record Refused(String why) implements Outcome {}

  /**
   * It may take it later.
   *
   * @param after how long the receiver asked to be left alone; empty: it did not say
   */
  record Later(String why, Optional<Duration> after) implements Outcome {}

  static Outcome unreadable(SecretSource.Unreadable e) {
    return e.again() ? new Later(e.sentence(), Optional.empty()) : new Refused(e.sentence());
  }
}
