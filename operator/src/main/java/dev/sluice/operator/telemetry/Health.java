package dev.sluice.operator.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether an operator is alive and ready. A loop is alive as long as it finishes passes, whatever
 * comes of them: an API server that is gone is no reason to start anew. Who waits for the lease is
 * alive and ready without any loop.
 */
public final class Health {
  /** A loop that is idle looks every half minute; a pass may wait for several answers. */
  static final Duration STALE = Duration.ofMinutes(2);

  private final InstantSource clock;
  private final Map<String, Instant> passed = new TreeMap<>();
  private Standing standing = Standing.STARTING;

  private enum Standing {
    STARTING,
    WAITS_FOR_LEASE,
    LEADS,
    FOLLOWS,
    ENDS
  }

  Health(InstantSource clock) {
    this.clock = clock;
  }

  /** Another operator has the lease. */
  public synchronized void waits() {
    standing = Standing.WAITS_FOR_LEASE;
  }

  /** It has the lease, and has not seen everything yet. */
  public synchronized void leads() {
    standing = Standing.LEADS;
  }

  /** Everything that is there was seen; the loops run. */
  public synchronized void follows() {
    standing = Standing.FOLLOWS;
  }

  /** It is being stopped. */
  public synchronized void ends() {
    standing = Standing.ENDS;
  }

  /** That loop has finished a pass, or begins. */
  public synchronized void passed(String loop) {
    passed.put(loop, clock.instant());
  }

  /** That loop has ended. */
  public synchronized void ended(String loop) {
    passed.remove(loop);
  }

  /** Why the process should be ended and started anew; empty: it should not. */
  public synchronized Optional<String> notAlive() {
    Instant then = clock.instant().minus(STALE);
    return passed.entrySet().stream()
        .filter(e -> e.getValue().isBefore(then))
        .findFirst()
        .map(
            e ->
                "The loop of %s has not finished a pass since %s."
                    .formatted(e.getKey(), e.getValue()));
  }

  /** Why it does not do its work, or cannot begin it at once; empty: it does. */
  public synchronized Optional<String> notReady() {
    return switch (standing) {
      case STARTING -> Optional.of("It starts.");
      case LEADS -> Optional.of("It has the lease, and has not seen everything yet.");
      case ENDS -> Optional.of("It is being stopped.");
      case WAITS_FOR_LEASE, FOLLOWS -> notAlive();
    };
  }
}
