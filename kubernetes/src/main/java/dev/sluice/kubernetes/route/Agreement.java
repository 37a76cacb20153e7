package dev.sluice.kubernetes.route;

import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator.Outcome;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What several objects say together, and how they are told. While they disagree, the one that gives
 * the candidate most is what is seen, so that a way back is not over before all have it; and it is
 * no release's, so that a way forward is not over either: whatever is wanted differs from it, and
 * is written again.
 */
final class Agreement {
  private static final Comparator<Split> MOST =
      Comparator.<Split>comparingInt(s -> s.candidate().perMille())
          .thenComparingInt(s -> s.match().size())
          .thenComparingInt(s -> s.mirror().perMille());

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

  /** The version of all, as they were seen. */
  static String version(List<String> versions) {
    return String.join(",", versions);
  }

  /**
   * Tells each, as it was seen; the first that is not done is what is answered.
   *
   * @param version of all
   */
  static <T> Outcome each(List<T> objects, String version, BiFunction<T, String, Outcome> told) {
    if (objects.isEmpty()) {
      return new Outcome.Conflict("None of the routes that the policy names is there.");
    }
    String[] versions = version.split(",", -1);
    if (versions.length != objects.size()) {
      return new Outcome.Conflict("The policy's routes are not those that were seen.");
    }
    Outcome outcome = new Outcome.Applied();
    for (int i = 0; i < versions.length; i++) {
      Outcome one = told.apply(objects.get(i), versions[i]);
      outcome = outcome instanceof Outcome.Applied ? one : outcome;
    }
    return outcome;
  }

  /** The same, and no release's. */
  static Split nobodys(Split split) {
    return new Split("", split.candidate(), split.match(), split.affinity(), split.mirror());
  }
}
