package dev.sluice.watch;

import dev.sluice.watch.Thing.Deployment;
import dev.sluice.watch.Thing.PodSet;
import dev.sluice.watch.Thing.Release;
import java.util.Optional;

/**
 * Invariant 2: a way back is the first write. From the moment when a release is said to be on its
 * way back until nobody reaches the candidate any more, Sluice takes no pods away and lets go of
 * nothing; and where stable is whole, the first write takes all of the traffic.
 */
final class WayBackFirst implements Rule {
  private static final String OWED = "owed";

  private final Lasting lasting = new Lasting();
  private Optional<Release> back = Optional.empty();
  private boolean moved;

  @Override
  public void late(Scene scene, Findings findings) {
    for (String _ : lasting.over(scene.limits().late(), scene.now())) {
      findings.broken(
          "2",
          "For more than %s a release has been on its way back, stable could carry everything, and users still reach the candidate.",
          Words.of(scene.limits().late()));
    }
  }

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (change.after() instanceof Policy policy) {
      turned(policy, scene);
    }
    if (back.isEmpty()) {
      return;
    }
    boolean reached = reaches(scene, back.get());
    if (change.bySluice()) {
      written(change, scene, findings, reached);
    }
    lasting.is(OWED, reached && scene.isWhole(back.get().stable()), scene.now());
    if (!reached) {
      back = Optional.empty();
    }
  }

  private void turned(Policy policy, Scene scene) {
    if (!policy.phase().equals("Aborting")) {
      back = Optional.empty();
      lasting.forget();
      moved = false;
    } else if (back.isEmpty() && !moved) {
      back = scene.running().filter(r -> reaches(scene, r));
      moved = back.isEmpty() && scene.running().isPresent();
    }
  }

  private void written(Change change, Scene scene, Findings findings, boolean reached) {
    boolean routes = change.after() instanceof Division now && isOf(now, scene);
    if (reached && isTakenAway(change)) {
      findings.broken("2", "On the way back %s was let go before the traffic was.", change.what());
    }
    if (routes && !moved && leavesSome(scene)) {
      findings.broken(
          "2",
          "The first write of the way back, to %s, left %s with the candidate, though stable was whole.",
          change.what(),
          scene.whitelists() ? "the whitelisted" : Words.percent(scene.candidateShare()));
    }
    moved |= routes;
  }

  /** Pods go, or the Deployment rolls again. */
  private static boolean isTakenAway(Change change) {
    return switch (change.after()) {
      case PodSet set -> change.before() instanceof PodSet was && set.size() < was.size();
      case Deployment now -> change.before() instanceof Deployment was && was.held() && !now.held();
      default -> false;
    };
  }

  /** Where stable carries everything, a first write that leaves something behind is no way back. */
  private boolean leavesSome(Scene scene) {
    return scene.isWhole(back.orElseThrow().stable())
        && (scene.candidateShare() > 0 || scene.whitelists());
  }

  private static boolean isOf(Division division, Scene scene) {
    return scene.route().filter(division::equals).isPresent();
  }

  private static boolean reaches(Scene scene, Release release) {
    boolean byRoute =
        (scene.candidateShare() > 0 || scene.whitelists())
            && scene
                .service(scene.candidateName())
                .flatMap(Thing.Entry::hash)
                .filter(release.candidate()::equals)
                .isPresent();
    return byRoute || scene.anyPinnedTo(release.candidate());
  }
}
