package dev.sluice.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asserts what is promised of a release, by what can be seen from outside: every version of every
 * object of one namespace, in the order of their revisions, and every answer that users got. Knows
 * no clock: time is what the versions say. Not thread-safe.
 */
public final class Watcher {
  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, Long> versions = new HashMap<>();
  private long answers;
  private long hurt;
  private long lost;

  public Watcher(Shop shop) {}

  /** The next version; whose it is tells {@code metadata.managedFields}. */
  public void saw(Version version) {
    saw(version, Writer.UNKNOWN);
  }

  /**
   * The next version, by somebody who knows whose it is.
   *
   * @param writer {@link Writer#UNKNOWN}: as {@code metadata.managedFields} tells
   */
  public void saw(Version version, Writer writer) {
    versions.merge(version.kind(), 1L, Long::sum);
  }

  /** Answers may come late and in any order. */
  public void saw(Answer answer) {
    answers++;
    if (!answer.lost().isEmpty()) {
      lost++;
      violations.add(
          new Violation(
              answer.over(),
              0,
              "lost",
              "A request that was due at %s was lost: %s.".formatted(answer.due(), answer.lost())));
    } else if (answer.status() >= 500) {
      hurt++;
    }
  }

  /** So far, in the order in which they were found. */
  public List<Violation> violations() {
    return List.copyOf(violations);
  }

  public Counts counts() {
    return new Counts(versions, Map.of(), Map.of(), Map.of(), answers, hurt, lost);
  }
}
