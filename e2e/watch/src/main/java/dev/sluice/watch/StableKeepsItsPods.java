package dev.sluice.watch;

import dev.sluice.watch.Thing.Deployment;
import dev.sluice.watch.Thing.PodSet;
import dev.sluice.watch.Thing.Release;
import java.util.Optional;
import java.util.Set;

/**
 * Invariant 3: until the hand-over stable has all the pods that its Deployment asks for. The
 * autoscaler may change how many that is, and the Deployment's own controller follows a moment
 * later.
 */
final class StableKeepsItsPods implements Rule {
  private static final Set<String> BEFORE_HAND_OVER =
      Set.of("Preparing", "Shifting", "Baking", "Aborting");

  private final Lasting lasting = new Lasting();

  @Override
  public void late(Scene scene, Findings findings) {
    for (String hash : lasting.over(scene.limits().late(), scene.now())) {
      findings.broken(
          "3",
          "For more than %s stable's set %s has been smaller than its Deployment asks for, before the hand-over.",
          Words.of(scene.limits().late()),
          hash);
    }
  }

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    Optional<Release> running =
        scene
            .policy()
            .filter(p -> BEFORE_HAND_OVER.contains(p.phase()))
            .flatMap(_ -> scene.running());
    Optional<Deployment> deployment = scene.deployment().filter(d -> !d.leaving());
    if (running.isEmpty() || deployment.isEmpty()) {
      lasting.forget();
      return;
    }
    String stable = running.get().stable();
    if (change.after() instanceof PodSet set && set.hash().equals(stable)) {
      taken(change, set, deployment.get(), findings);
    }
    if (!(change.after() instanceof Thing.Pod)) {
      int size = scene.set(stable).map(PodSet::size).orElse(0);
      lasting.is(stable, size < scene.replicasLately(), scene.now());
    }
  }

  private static void taken(Change change, PodSet set, Deployment deployment, Findings findings) {
    if (!change.bySluice() || !(change.before() instanceof PodSet was)) {
      return;
    }
    if (set.size() < was.size()) {
      findings.broken(
          "3",
          "Stable's set %s was made smaller by Sluice, from %d to %d pods, before the hand-over.",
          set.name(),
          was.size(),
          set.size());
    }
    if (deployment.has(was) && !deployment.has(set)) {
      findings.broken(
          "3", "Stable's set %s was taken out of its Deployment before the hand-over.", set.name());
    }
  }
}
