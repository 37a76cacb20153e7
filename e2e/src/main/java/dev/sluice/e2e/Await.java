package dev.sluice.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Looks again until something is so, and never without a deadline. */
public final class Await {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private Await() {}

  /**
   * @param what should come true, as the end of the sentence "Not within 30 s: …"
   * @throws AssertionError when it did not come true in time
   */
  public static void until(String what, Duration patience, BooleanSupplier so) {
    some(what, patience, () -> so.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }

  /**
   * What is there as soon as it is there.
   *
   * @throws AssertionError when it was not there in time
   */
  public static <T> T some(String what, Duration patience, Supplier<Optional<T>> look) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<T> seen = look.get();
      if (seen.isPresent()) {
        return seen.get();
      }
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        throw new AssertionError("Not within %d s: %s.".formatted(patience.toSeconds(), what));
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }
}
