package dev.sluice.kubernetes.route;

import dev.sluice.engine.model.Split;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What several objects say together. While they disagree, the one that gives the candidate most is
 * what is seen, so that a way back is not over before all have it; and it is no release's, so that
 * a way forward is not over either: whatever is wanted differs from it, and is written again.
 */
final class Agreement {
  private static final Comparator<Split> MOST =
      Comparator.<Split>comparingInt(s -> s.candidate().perMille())
          .thenComparingInt(s -> s.match().size());

  private Agreement() {}

  /**
   * @param unsettled whether something is to be written even if they agree
   */
  static Optional<Split> of(List<Optional<Split>> splits, boolean unsettled) {
    Optional<Split> most = splits.stream().flatMap(Optional::stream).max(MOST);
    return unsettled || splits.stream().distinct().count() > 1
        ? most.map(Agreement::nobodys)
        : most;
  }

  /** The same, and no release's. */
  static Split nobodys(Split split) {
    return new Split("", split.candidate(), split.match(), split.affinity(), split.mirror());
  }
}
