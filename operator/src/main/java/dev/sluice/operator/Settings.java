package dev.sluice.operator;

import java.time.Duration;

/**
 * The loop's own pace.
 *
 * @param tick how often the counters are read while a release runs, and the longest wait then
 * @param idle the longest wait while none runs
 * @param saveEvery how often evidence alone is saved; decisions are saved at once
 * @param retry the first wait after a failure; it doubles
 * @param ceiling the longest wait after a failure
 */
public record Settings(
    Duration tick, Duration idle, Duration saveEvery, Duration retry, Duration ceiling) {
  /** 2 s, idle or not, 30 s, 50 ms, 5 s. */
  public static Settings defaults() {
    return new Settings(
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofSeconds(30),
        Duration.ofMillis(50),
        Duration.ofSeconds(5));
  }

  /** The same with evidence saved so often, for those who read the state from outside. */
  public Settings saving(Duration every) {
    return new Settings(tick, idle, every, retry, ceiling);
  }

  /** The same for a loop that is woken by whatever changes: it looks by itself so rarely. */
  public Settings idling(Duration atMost) {
    return new Settings(tick, atMost, saveEvery, retry, ceiling);
  }
}
