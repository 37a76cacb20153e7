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
    int ready = c.candidateReady();
    int needed = c.neededAsServed();
    if (ready >= needed) {
      return with(c, run, new Run.Enough(share, needed, Optional.empty()));
    }
    Optional<Run.Enough> known = run.enough().filter(e -> e.share().equals(share));
    int enough = known.map(Run.Enough::pods).orElseGet(() -> asStableIs(c));
    return ready >= enough && known.flatMap(Run.Enough::outgrown).isEmpty()
        ? with(c, run, new Run.Enough(share, enough, Optional.of(c.now())))
        : c.memory();
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

  /** It grew in the very moment in which the share did: then stable's pods are those before. */
  private static int asStableIs(Case c) {
    return c.neededAsServed(
        Math.min(c.replicas(), c.world().ready(c.run().versions().stableHash())));
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
