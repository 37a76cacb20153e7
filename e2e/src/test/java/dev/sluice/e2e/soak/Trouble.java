package dev.sluice.e2e.soak;

import dev.sluice.e2e.faults.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Something that goes wrong for all shops together.
 *
 * @param calm how long nothing goes wrong before it
 * @param time how long it goes on
 */
record Trouble(Kind kind, Duration calm, Duration time) {
  /** What goes wrong. */
  enum Kind {
    /** The operator is killed, and started again. */
    KILLED(),
    /** Contour stands still: Envoy hears nothing new. */
    FROZEN_GATEWAY(),
    CONFLICTS(Fault.Answered.conflict(0.2)),
    TOO_BUSY(Fault.Answered.tooMany(0.1, Duration.ofSeconds(1))),
    ERRORS(Fault.Answered.failed(503, 0.2)),
    NO_ANSWERS(new Fault.Unanswered(0.05)),
    LOST_ANSWERS(new Fault.AnswerLost(0.3)),
    SLOW(new Fault.Slow(Duration.ofMillis(300))),
    SHORT_WATCHES(new Fault.WatchesShort(Duration.ofSeconds(1))),
    LATE_EVENTS(new Fault.EventsLate(Duration.ofSeconds(1))),
    GONE(new Fault.Gone());

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<Fault> faults;

    Kind(Fault... faults) {
      this.faults = List.of(faults);
    }

    Fault[] faults() {
      return faults.toArray(Fault[]::new);
    }
  }

  /** A gateway that is deaf for longer than old pods are kept warm sends to pods that are gone. */
  private static final int LONGEST = 5;

  static Trouble drawn(Random random) {
    return new Trouble(
        Kind.values()[random.nextInt(Kind.values().length)],
        Duration.ofSeconds(3 + random.nextInt(15)),
        Duration.ofSeconds(1 + random.nextInt(LONGEST)));
  }
}
