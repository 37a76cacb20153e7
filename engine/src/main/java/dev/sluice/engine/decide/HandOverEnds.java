package dev.sluice.engine.decide;

import dev.sluice.engine.world.PodSet;
import java.util.List;
import java.util.Optional;

/**
 * The judged pods become the Deployment's own; then the old ones are kept warm. A new template that
 * comes in the meantime waits its turn, held: the candidate is stable by then.
 */
final class HandOverEnds implements Rule {
  @Override
  public Optional<Step> apply(Case c) {
    if (!c.in(Phase.HANDING_OVER)) {
      return Optional.empty();
    }
    Run run = c.run();
    List<PodSet> owned = c.world().activeInDeployment();
    boolean given =
        c.world().set(run.versions().hash()).filter(PodSet::inDeployment).isPresent()
            && owned.stream().allMatch(s -> s.hash().equals(run.versions().hash()))
            && c.world().allPinnedTo(run.versions().hash());
    boolean another = !c.world().workload().template().equals(run.versions().template());
    boolean released = !c.world().workload().held() || (another && !run.undo());
    if (!given || !released) {
      return c.waits(
          Reason.of("handing-over", "The judged pods are becoming the Deployment's own."));
    }
    Memory.Warm warm =
        new Memory.Warm(run.versions().stableHash(), c.now().plus(c.spec().keepWarm()));
    Memory next = c.memory().with(run.enter(Phase.SUCCEEDED, c.now()));
    return c.moves(
        run.undo() ? next : next.withWarm(Optional.of(warm)),
        run.undo()
            ? Reason.of("undone", "The version before serves again.")
            : Reason.of(
                "succeeded", "The new version serves all traffic, by its own judged pods."));
  }
}
