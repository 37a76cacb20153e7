package dev.sluice.watch;

import dev.sluice.watch.Thing.Deployment;
import dev.sluice.watch.Thing.Entry;
import dev.sluice.watch.Thing.PodSet;
import java.util.Optional;

/**
 * Invariant 10: every Service is pinned to another version before a candidate has pods, so that
 * nobody reaches it by accident; and a pin goes only when one version is left. A canary by numbers
 * of pods lets the candidate in on purpose.
 */
final class PinsBeforeCandidate implements Rule {
  @Override
  public void look(Change change, Scene scene, Findings findings) {
    boolean shared =
        scene.policy().filter(p -> p.byReplicas() && p.phase().equals("Shifting")).isPresent();
    Optional<Deployment> deployment = scene.deployment();
    if (shared || deployment.isEmpty()) {
      return;
    }
    if (change.after() instanceof PodSet set
        && set.owner().equals(deployment.get().uid())
        && change.bySluice()
        && grows(change, set)
        && !deployment.get().has(set)) {
      for (Entry entry : scene.entries()) {
        if (entry.pin().isEmpty() || entry.pin().get().equals(set.hash())) {
          findings.broken(
              "10",
              "%s was given %d pods while Service %s was %s.",
              change.what(),
              set.size(),
              entry.name(),
              entry.pin().isEmpty() ? "not pinned" : "pinned to it");
        }
      }
    }
    if (change.after() instanceof Entry entry
        && change.before() instanceof Entry was
        && change.version().kind().equals("Service")
        && scene.shop().services().contains(entry.name())
        && change.bySluice()
        && was.pin().isPresent()
        && entry.pin().isEmpty()) {
      unpinned(change, was.pin().get(), scene, findings);
    }
  }

  private static boolean grows(Change change, PodSet set) {
    return set.size() > 0 && !(change.before() instanceof PodSet was && was.size() > 0);
  }

  private static void unpinned(Change change, String kept, Scene scene, Findings findings) {
    scene
        .sets()
        .filter(s -> s.size() > 0 && !s.hash().equals(kept))
        .findFirst()
        .ifPresent(
            other ->
                findings.broken(
                    "10",
                    "%s lost its pin to %s while %s still was to have %d pods.",
                    change.what(),
                    kept,
                    other.name(),
                    other.size()));
  }
}
