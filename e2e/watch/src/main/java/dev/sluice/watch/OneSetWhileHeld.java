package dev.sluice.watch;

import dev.sluice.watch.Thing.Deployment;
import dev.sluice.watch.Thing.PodSet;
import java.util.List;
import java.util.Optional;

/**
 * Invariant 11: a held Deployment never comes to own two sets with pods; paused, it would shrink
 * both in proportion. One that is held in the middle of a native rollout has two already.
 */
final class OneSetWhileHeld implements Rule {
  private int owned;

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (!(change.after() instanceof PodSet)
        && !(change.before() instanceof PodSet)
        && !(change.after() instanceof Deployment)) {
      return;
    }
    List<PodSet> now = scene.owned();
    int before = owned;
    owned = now.size();
    Optional<Deployment> deployment =
        scene.deployment().filter(d -> d.held() && d.paused() && !d.leaving());
    // A controller that somebody let run may have begun before the pause was put right.
    boolean stray = scene.pauses() && change.writer() != Writer.SLUICE;
    if (change.after() instanceof PodSet
        && deployment.isPresent()
        && !stray
        && owned > 1
        && before <= 1) {
      findings.broken(
          "11",
          "The held Deployment %s came to own %d sets with pods by %s: %s.",
          scene.shop().deployment(),
          owned,
          change.what(),
          String.join(", ", now.stream().map(s -> s.name() + " of " + s.size()).toList()));
    }
  }
}
