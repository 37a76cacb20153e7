package dev.sluice.e2e.soak;

import dev.sluice.e2e.gitops.Writer;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What happens to a shop from one rest to the next.
 *
 * @param where the release is when a person interferes: a phase, or {@code first} for the first
 *     stage
 * @param writer who else writes meanwhile; empty: nobody
 */
record Round(Tale tale, String where, Optional<Writer> writer) {
  /** How a release goes. */
  enum Tale {
    GOOD,
    BAD,
    ABORT,
    PROMOTE,
    UNDO,
    SUPERSEDE,
    REVERT
  }

  private static final List<String> PLACES = List.of("Preparing", "first", "Baking");

  /**
   * Those that write what is in Git as it is in Git, whoever wrote before, and those who only
   * disturb.
   */
  static final List<Writer> ALL_WRITERS =
      List.of(
          Writer.FLUX,
          Writer.FORCED_APPLY,
          Writer.PAUSED_FALSE,
          Writer.EDIT,
          Writer.SCALE,
          Writer.RESUME);

  /** Those that need nothing but kubectl. */
  static final List<Writer> BY_KUBECTL = ALL_WRITERS.subList(1, ALL_WRITERS.size());

  static Round drawn(Random random, List<Writer> writers) {
    Tale tale = Tale.values()[random.nextInt(Tale.values().length)];
    String where = PLACES.get(random.nextInt(PLACES.size()));
    Writer writer = writers.get(random.nextInt(writers.size()));
    boolean alone = random.nextInt(2) == 0;
    // What is undone is in Git still, and whoever applies that would bring it back.
    return new Round(
        tale, where, alone || tale == Tale.UNDO ? Optional.empty() : Optional.of(writer));
  }

  @Override
  public String toString() {
    return tale
        + (tale == Tale.ABORT || tale == Tale.SUPERSEDE || tale == Tale.REVERT
            ? " at " + where
            : "")
        + writer.map(w -> ", beside " + w).orElse("");
  }
}
