package dev.sluice.engine.decide;

/** How a release stands within its phase. */
public enum Condition {
  /** Goes on, or waits for what will come by itself. */
  MOVING,
  /** Stands still until something changes; the reason says what. */
  HELD,
  /** No traffic for the candidate, the release is alive; the reason says why. */
  RETREATED
}
