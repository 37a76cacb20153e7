package dev.sluice.watch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was found to be broken. Of one invariant the first ones are kept. */
final class Findings {
  private static final int KEPT = 20;

  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, Integer> found = new HashMap<>();
  private Instant at = Instant.EPOCH;
  private long revision;

  /** From now on it is about that version. */
  void turnTo(Version version) {
    at = version.at();
    revision = version.revision();
  }

  void broken(String invariant, String sentence, Object... words) {
    broken(at, revision, invariant, sentence.formatted(words));
  }

  void broken(Instant when, long revision, String invariant, String sentence) {
    if (found.merge(invariant, 1, Integer::sum) <= KEPT) {
      violations.add(new Violation(when, revision, invariant, sentence));
    }
  }

  List<Violation> violations() {
    List<Violation> all = new ArrayList<>(violations);
    found.forEach(
        (invariant, times) -> {
          if (times > KEPT) {
            all.add(
                new Violation(
                    at, revision, invariant, "It was broken %d times in all.".formatted(times)));
          }
        });
    return List.copyOf(all);
  }
}
