package dev.sluice.operator;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waits on real time. */
final class Alarm implements Sleeper {
  private final Semaphore wakes = new Semaphore(0);

  @Override
  public void sleep(Duration atMost) throws InterruptedException {
    if (wakes.tryAcquire(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS)) {
      wakes.drainPermits();
    }
  }

  @Override
  public void wake() {
    wakes.release();
  }
}
