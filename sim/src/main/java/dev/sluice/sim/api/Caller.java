package dev.sluice.sim.api;

/**
 * Who asks.
 *
 * @param name as it is told of in stories
 * @param operator whether the admission policies take it for Sluice itself
 */
public record Caller(String name, boolean operator) {
  public static final Caller KUBERNETES = new Caller("kubernetes", false);

  /** A person or a tool of theirs. */
  public static Caller user(String name) {
    return new Caller(name, false);
  }
}
