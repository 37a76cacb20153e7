package dev.sluice.operator;

import java.time.Duration;

/** How the loop waits. */
public interface Sleeper {
  /** Returns after that time, or as soon as {@link #wake} is called, also if it was before. */
  void sleep(Duration atMost) throws InterruptedException;

  /** May be called from any thread. */
  void wake();

  /** On real time. */
  static Sleeper real() {
    return new Alarm();
  }
}
