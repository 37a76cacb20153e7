package dev.sluice.watch;

import dev.sluice.watch.Thing.Deployment;
import dev.sluice.watch.Thing.PodSet;
import java.util.Optional;

/**
 * No new version runs by itself: a Deployment that is held is paused in every version, and none
 * that is adopted begins a rollout of its own, unless its template was changed while nobody's label
 * was on it. Where a pause alone holds, a foreign write may undo it for a moment.
 */
final class HeldIsPaused implements Rule {
  private static final String RUNS = "runs";

  private final Lasting undone = new Lasting();
  private Optional<Integer> changedFree = Optional.empty();

  @Override
  public void late(Scene scene, Findings findings) {
    for (String _ : undone.over(scene.limits().told(), scene.now())) {
      findings.broken(
          "held",
          "The held Deployment %s has not been paused for more than %s.",
          scene.shop().deployment(),
          Words.of(scene.limits().told()));
    }
  }

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    Optional<Deployment> deployment = scene.deployment();
    boolean pauses = scene.pauses();
    if (change.after() instanceof Deployment now && deployment.filter(now::equals).isPresent()) {
      if (change.before() instanceof Deployment before
          && !before.adopted()
          && before.template() != now.template()) {
        changedFree = Optional.of(now.template());
      }
      boolean runs = now.held() && !now.paused();
      undone.is(RUNS, runs && pauses, scene.now());
      if (runs && !pauses) {
        findings.broken("held", "%s is held and not paused.", change.what());
      }
    }
    if (change.after() instanceof PodSet set
        && change.before() instanceof Thing.Nothing
        && !pauses
        && change.writer() != Writer.SLUICE
        && set.size() > 0
        && deployment.filter(d -> d.adopted() && !d.leaving() && d.has(set)).isPresent()
        && deployment
            .map(Deployment::template)
            .filter(t -> !changedFree.equals(Optional.of(t)))
            .isPresent()
        && scene.owned().size() > 1) {
      findings.broken(
          "held",
          "The Deployment %s began a rollout by itself: %s has come to it with %d pods.",
          scene.shop().deployment(),
          set.name(),
          set.size());
    }
  }
}
