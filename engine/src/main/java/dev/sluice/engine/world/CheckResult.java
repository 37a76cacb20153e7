package dev.sluice.engine.world;

/** How far a check has come. A check that is not in the world has not been started. */
public sealed interface CheckResult {
  record Running() implements CheckResult {}

  record Passed() implements CheckResult {}

  /**
   * A no, or no answer in time.
   *
   * @param why a sentence
   */
  record Failed(String why) implements CheckResult {}
}
