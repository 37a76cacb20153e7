package dev.sluice.e2e.faults;

import java.time.Duration;
import java.util.Optional;

/**
 * What goes wrong on the way to the API server and back, for as long as it is set. Shares are 0..1;
 * which requests they hit is by lot.
 */
public sealed interface Fault {
  /** A request is answered with that status and never reaches the API server. */
  record Answered(int status, double share, Optional<Duration> retryAfter, Which which)
      implements Fault {
    /** Somebody else was faster: of writes alone. */
    public static Answered conflict(double share) {
      return new Answered(409, share, Optional.empty(), Which.WRITES);
    }

    /** Priority and fairness: come again in a while. */
    public static Answered tooMany(double share, Duration retryAfter) {
      return new Answered(429, share, Optional.of(retryAfter), Which.ALL);
    }

    public static Answered failed(int status, double share) {
      return new Answered(status, share, Optional.empty(), Which.ALL);
    }
  }

  /** A request never reaches the API server, and nobody answers it. */
  record Unanswered(double share) implements Fault {}

  /**
   * A write is done, and the connection is cut before its answer: whoever asked cannot know whether
   * it was done.
   */
  record AnswerLost(double share) implements Fault {}

  /** Each answer comes so much later. */
  record Slow(Duration by) implements Fault {}

  /** A watch ends after so many events. */
  record WatchesCut(int afterEvents) implements Fault {}

  /** A watch ends when it is so old. */
  record WatchesShort(Duration age) implements Fault {}

  /** Watches stand and say nothing; what they should have said comes when that is over. */
  record WatchesSilent() implements Fault {}

  /** A watch that is so old is told 410 Gone: its client must list everything again. */
  record WatchesExpired(Duration age) implements Fault {}

  /** Each event of a watch comes so much later. */
  record EventsLate(Duration by) implements Fault {}

  /** Nobody listens: connections are refused, and those that stood are cut. */
  record Gone() implements Fault {}

  /** Which requests a fault may hit. */
  enum Which {
    ALL,
    WRITES
  }

  /** Under which it is counted. */
  default String kind() {
    return switch (this) {
      case Answered fault -> "answered " + fault.status();
      case Unanswered _ -> "unanswered";
      case AnswerLost _ -> "answer lost";
      case Slow _ -> "slow";
      case WatchesCut _, WatchesShort _ -> "watch cut";
      case WatchesSilent _ -> "event withheld";
      case WatchesExpired _ -> "watch expired";
      case EventsLate _ -> "event late";
      case Gone _ -> "gone";
    };
  }
}
