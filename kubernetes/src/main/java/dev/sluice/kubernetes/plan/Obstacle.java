package dev.sluice.kubernetes.plan;

/**
 * What stands in a release's way, or is to be known before it.
 *
 * @param blocks whether the release would not start, or not come to its end
 * @param sentence what was seen, and what to do
 */
public record Obstacle(boolean blocks, String sentence) {
  static Obstacle blocking(String format, Object... with) {
    return new Obstacle(true, format.formatted(with));
  }

  static Obstacle toKnow(String format, Object... with) {
    return new Obstacle(false, format.formatted(with));
  }
}
