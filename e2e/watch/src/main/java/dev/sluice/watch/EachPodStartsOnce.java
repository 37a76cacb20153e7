package dev.sluice.watch;

import dev.sluice.watch.Thing.Pod;
import dev.sluice.watch.Thing.PodSet;
import dev.sluice.watch.Thing.Release;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * No pod is started twice: a release that succeeds has started as many pods of the new version as
 * the Deployment has replicas, and none of the old one. Where a pod died, or somebody scaled in the
 * meantime, or pods are sized by load, nobody can say how many there should be.
 */
final class EachPodStartsOnce implements Rule {
  /** Of one release. */
  private static final class Course {
    final String release;
    boolean disturbed;
    Optional<Release> versions = Optional.empty();
    final Map<String, Integer> started = new HashMap<>();

    Course(String release) {
      this.release = release;
    }
  }

  private Optional<Course> course = Optional.empty();

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (change.after() instanceof Policy policy) {
      told(change, policy, scene, findings);
    }
    if (course.isEmpty()) {
      return;
    }
    Course c = course.get();
    c.versions = c.versions.or(() -> scene.release(c.release));
    Pod was = change.before() instanceof Pod before ? before : null;
    if (change.after() instanceof Pod pod && (was == null || !was.uid().equals(pod.uid()))) {
      c.started.merge(pod.hash(), 1, Integer::sum);
    }
    boolean stays = change.after() instanceof Pod pod && pod.alive();
    if (was != null && was.alive() && !stays && !was.hash().isEmpty()) {
      c.disturbed = true;
    }
    c.disturbed |= scaled(change, c);
  }

  /** By its users; or a set that is made smaller and larger again. */
  private static boolean scaled(Change change, Course c) {
    boolean replicas =
        change.after() instanceof Thing.Deployment now
            && change.before() instanceof Thing.Deployment before
            && now.replicas() != before.replicas();
    boolean shrunk =
        change.after() instanceof PodSet now
            && change.before() instanceof PodSet before
            && now.size() < before.size()
            && c.versions.filter(v -> v.candidate().equals(now.hash())).isPresent();
    return replicas || shrunk;
  }

  private void told(Change change, Policy policy, Scene scene, Findings findings) {
    if (change.before() instanceof Policy was
        && policy.phase().equals("Checking")
        && !was.release().equals(policy.release())) {
      course = Optional.of(new Course(policy.release()));
      course.get().disturbed = policy.spec().path("capacity").has("perPod");
    }
    if (course.filter(c -> c.release.equals(policy.release())).isEmpty()
        || policy.phase().equals("Aborting")) {
      course = Optional.empty();
    }
    if (policy.phase().equals("Succeeded") && course.isPresent()) {
      ended(course.get(), scene, findings);
      course = Optional.empty();
    }
  }

  private static void ended(Course c, Scene scene, Findings findings) {
    int replicas = scene.deployment().map(Thing.Deployment::replicas).orElse(0);
    if (c.disturbed || c.versions.isEmpty()) {
      return;
    }
    Release release = c.versions.get();
    int started = c.started.getOrDefault(release.candidate(), 0);
    int again = c.started.getOrDefault(release.stable(), 0);
    if (started != replicas) {
      findings.broken(
          "pods",
          "%s started %d pods of the new version for %d replicas.",
          release.name(),
          started,
          replicas);
    }
    if (again > 0) {
      findings.broken(
          "pods", "%s started %d pods of the old version again.", release.name(), again);
    }
  }
}
