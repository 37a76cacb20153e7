package dev.sluice.engine.decide;

import dev.sluice.engine.model.Share;
import java.util.Optional;

/**
 * A stage (and the bake) begins when the route, or the pins, are seen to be as it asks; its time
 * does not run before. Invariant 1: the pods come first, so this is where a stage waits for them.
 */
final class StageEnters implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    Run run = c.run();
    if (run.progress().entered()) {
      return Optional.empty();
    }
    if (asAsked(c)) {
      return c.moves(
          run.with(run.progress().withEntered(true)),
          Reason.of("entered", "The data plane was told; %s begins.", name(c)));
    }
    Share share = c.in(Phase.BAKING) ? Share.ALL : c.plan().toCarry(run.stage());
    int needed = c.in(Phase.BAKING) ? Targets.forAll(c) : c.need(share);
    if (c.candidateReady() < needed) {
      Reason why =
          Reason.of(
              "pods",
              "%s needs %d ready pods of the candidate and has %d; the weight does not grow before.",
              name(c),
              needed,
              c.candidateReady());
      boolean late = !c.now().isBefore(run.since().plus(c.spec().prepareWithin()));
      return late
          ? c.holds(why)
          : c.waits(why, Optional.of(run.since().plus(c.spec().prepareWithin())));
    }
    return c.waits(Reason.of("moving", "Traffic is being moved for %s.", name(c)));
  }

  private static String name(Case c) {
    return c.in(Phase.BAKING) ? "the bake" : "stage " + c.stage().name();
  }

  private static boolean asAsked(Case c) {
    if (c.in(Phase.BAKING)) {
      return c.world().allPinnedTo(c.run().versions().hash()) && !c.world().splitReachesCandidate();
    }
    if (c.plan().byReplicas()) {
      return c.world().anyUnpinned()
          && c.candidateReady() >= c.need(c.plan().toCarry(c.run().stage()));
    }
    return c.world().route().map(r -> r.split().equals(Targets.stageSplit(c))).orElse(true);
  }
}
