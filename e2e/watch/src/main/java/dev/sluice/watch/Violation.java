package dev.sluice.watch;

import java.time.Instant;

/**
 * Something that must never be so, and was.
 *
 * @param at when what shows it was heard of
 * @param revision of the version that shows it; 0: an answer does
 * @param invariant its number in the design, or a short name: {@code 10}, {@code flapping}
 * @param sentence what was seen, with names and numbers
 */
public record Violation(Instant at, long revision, String invariant, String sentence) {
  @Override
  public String toString() {
    return "%s revision %d, invariant %s: %s".formatted(at, revision, invariant, sentence);
  }
}
