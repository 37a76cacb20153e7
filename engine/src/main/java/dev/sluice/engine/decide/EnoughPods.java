package dev.sluice.engine.decide;

import dev.sluice.engine.model.Share;
import java.time.Instant;
import java.util.Optional;

/**
 * Invariant 6, and its limit: pods that were lost are told from a service that has grown. While it
 * grows both versions are short of pods, so traffic stays where it is until the new ones are ready,
 * which may take them as long as the candidate's first ones.
 */
final class EnoughPods {
  private EnoughPods() {}

  /**
   * @return what is remembered, with what the candidate is seen to have enough pods for
   */
  static Memory seen(Case c) {
    Optional<Run> serving =
        c.running().filter(r -> r.phase() == Phase.SHIFTING || r.phase() == Phase.BAKING);
    if (serving.isEmpty() || serving.get().retreat().isPresent()) {
      return c.memory();
    }
    Run run = serving.get();
    Share share = c.served();
    if (share.isNone()) {
      return c.memory();
    }
    if (c.candidateReady() >= c.neededAsServed()) {
      return with(c, run, new Run.Enough(share, c.neededAsServed(), Optional.empty()));
    }
    return run.enough()
        .filter(e -> e.share().equals(share) && c.candidateReady() >= e.pods())
        .filter(e -> e.outgrown().isEmpty())
        .map(e -> with(c, run, new Run.Enough(share, e.pods(), Optional.of(c.now()))))
        .orElse(c.memory());
  }

  /** Fewer pods than that have been lost. */
  static int orLost(Case c) {
    int needed = c.neededAsServed();
    return c.run()
        .enough()
        .filter(e -> e.share().equals(c.served()) && grows(c, e))
        .map(e -> Math.min(needed, e.pods()))
        .orElse(needed);
  }

  private static boolean grows(Case c, Run.Enough enough) {
    Instant since = enough.outgrown().orElse(c.now());
    return c.now().isBefore(since.plus(c.spec().prepareWithin()));
  }

  private static Memory with(Case c, Run run, Run.Enough seen) {
    return run.enough().filter(seen::equals).isPresent()
        ? c.memory()
        : c.memory().with(run.with(seen));
  }
}
