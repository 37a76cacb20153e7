package dev.sluice.watch;

import dev.sluice.watch.Thing.PodSet;
import dev.sluice.watch.Thing.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Invariant 3: after success the old version's pods stay for {@code keepWarm}, so that a way back
 * is one flip. A new release, an undo, the policy's end and a change of the policy end it early.
 */
final class OldVersionStaysWarm implements Rule {
  private record Warm(Release release, long generation, Instant from, Duration time) {}

  private Optional<Warm> warm = Optional.empty();
  private String forward = "";

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (change.version().kind().equals("ReleasePolicy")) {
      told(change, scene);
    }
    if (warm.isPresent()
        && change.before() instanceof PodSet was
        && was.hash().equals(warm.get().release().stable())) {
      int now = change.after() instanceof PodSet set ? set.size() : 0;
      shrunk(was, now, change, scene, findings);
    }
  }

  private void told(Change change, Scene scene) {
    if (!(change.after() instanceof Policy policy) || policy.leaving()) {
      warm = Optional.empty();
      return;
    }
    if (policy.goesForward()) {
      forward = policy.release();
    }
    // An undo begins with the hand-over and keeps nothing warm.
    boolean judged = forward.equals(policy.release());
    boolean succeeds =
        change.before() instanceof Policy was
            && was.runs()
            && was.release().equals(policy.release())
            && policy.phase().equals("Succeeded");
    if (succeeds && judged) {
      warm =
          scene
              .release(policy.release())
              .flatMap(
                  r ->
                      policy.keepWarm().map(t -> new Warm(r, policy.generation(), scene.now(), t)));
    }
    warm =
        warm.filter(
            w -> policy.phase().equals("Succeeded") && w.generation() == policy.generation());
  }

  private void shrunk(PodSet was, int now, Change change, Scene scene, Findings findings) {
    Warm kept = warm.orElseThrow();
    Instant until = kept.from().plus(kept.time()).minus(scene.limits().slack());
    int asked = scene.deployment().map(Thing.Deployment::replicas).orElse(0);
    boolean over = !scene.now().isBefore(until);
    if (!over && now < was.size() && now < Math.min(asked, scene.replicasLately())) {
      findings.broken(
          "3",
          "%s, the old version, went from %d to %d pods %s after the success of %s; it is to be kept warm for %s.",
          change.what(),
          was.size(),
          now,
          Words.of(Duration.between(kept.from(), scene.now())),
          kept.release().name(),
          Words.of(kept.time()));
    }
  }
}
