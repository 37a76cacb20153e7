package dev.sluice.watch;

import dev.sluice.watch.Policy.Stage;
import dev.sluice.watch.Thing.Command;
import dev.sluice.watch.Thing.Entry;
import dev.sluice.watch.Thing.Release;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Invariant 5: weight grows by the policy's stages, one after the other (an adaptive ladder may
 * skip those that do nothing but raise the weight, but for the last), and never sooner than a
 * stage's {@code min}, or the bake, allows; but for a person who promotes. Evidence and capacity
 * cannot be seen from outside. A policy that is changed in mid-release is another plan: of that
 * release nothing more is said.
 */
final class StageByStage implements Rule {
  /** Of one release: where it is and since when. */
  private static final class Course {
    final String release;
    final long generation;
    final List<Stage> stages;
    int at = -1;
    Instant since = Instant.MAX;
    int written = -1;
    boolean flipped;
    boolean silent;

    Course(String release, Policy policy) {
      this.release = release;
      this.generation = policy.generation();
      this.stages = policy.stages();
      this.silent = stages.isEmpty();
    }
  }

  private Optional<Course> course = Optional.empty();
  private int promotes;

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    switch (change.after()) {
      case Command command -> {
        boolean meant = course.filter(c -> c.release.equals(command.release())).isPresent();
        promotes += meant && command.action().equals("Promote") ? 1 : 0;
      }
      case Policy policy -> told(change, policy, scene, findings);
      case Division _ -> weighed(change, scene, findings);
      case Entry entry -> pinned(change, entry, scene);
      case Thing.Pod _, Thing.PodSet _, Thing.Deployment _, Release _, Thing.Nothing _ -> {}
    }
  }

  private void told(Change change, Policy policy, Scene scene, Findings findings) {
    if (!policy.runs()) {
      course = Optional.empty();
      return;
    }
    if (course.filter(c -> c.release.equals(policy.release())).isEmpty()) {
      // One that was under way before anybody watched has had its time by somebody else's clock.
      boolean seen =
          change.before() instanceof Policy was && !was.release().equals(policy.release());
      course = Optional.of(new Course(policy.release(), policy));
      course.get().silent |= !seen;
      promotes = 0;
    }
    Course c = course.get();
    c.silent |= c.generation != policy.generation() || policy.leaving();
    if (c.silent) {
      return;
    }
    switch (policy.phase()) {
      case "Shifting" -> shifting(c, policy, scene, findings);
      case "Baking" -> baking(c, scene, findings);
      case "HandingOver" -> handingOver(c, policy, scene, findings);
      default -> {}
    }
  }

  private void shifting(Course c, Policy policy, Scene scene, Findings findings) {
    int next = position(c, policy.stage());
    if (next < 0 || next == c.at) {
      return;
    }
    if (next != c.at + 1 && !maySkipTo(c, next, policy)) {
      findings.broken(
          "5",
          "%s went from %s to stage %s, which is not the next one.",
          c.release,
          c.at < 0 ? "no stage" : "stage " + c.stages.get(c.at).name(),
          policy.stage());
    } else if (c.at >= 0) {
      inTime(c, c.stages.get(c.at).min(), "stage " + c.stages.get(c.at).name(), scene, findings);
    }
    c.at = next;
    c.since = scene.now();
    c.written = -1;
  }

  private static boolean maySkipTo(Course c, int next, Policy policy) {
    return policy.adaptive()
        && next > c.at
        && c.at >= 0
        && c.stages.get(c.at).served() > 0
        && c.stages.subList(c.at + 1, next).stream().allMatch(Stage::plain);
  }

  private void baking(Course c, Scene scene, Findings findings) {
    if (c.at == c.stages.size()) {
      return;
    }
    if (c.at != c.stages.size() - 1) {
      findings.broken(
          "5",
          "%s flipped from %s, which is not the last stage.",
          c.release,
          c.at < 0 ? "no stage" : "stage " + c.stages.get(c.at).name());
    } else {
      inTime(c, c.stages.get(c.at).min(), "stage " + c.stages.get(c.at).name(), scene, findings);
    }
    c.at = c.stages.size();
    c.since = scene.now();
  }

  private void handingOver(Course c, Policy policy, Scene scene, Findings findings) {
    if (c.at < c.stages.size()) {
      // An undo begins here; a release that was forward before may not.
      if (c.at >= 0) {
        findings.broken("5", "%s was handed over without a bake.", c.release);
      }
    } else if (c.flipped) {
      inTime(c, policy.bake(), "the bake", scene, findings);
    } else if (scene.running().map(Release::candidate).filter(scene::allPinnedTo).isEmpty()) {
      // Pinned without having been seen to be: its record was away when it was.
      findings.broken(
          "5", "%s was handed over before every Service was pinned to the candidate.", c.release);
    }
    c.silent = true;
  }

  private void inTime(
      Course c, Optional<Duration> min, String what, Scene scene, Findings findings) {
    Duration took = Duration.between(c.since, scene.now());
    boolean early =
        min.filter(m -> took.compareTo(m.minus(scene.limits().slack())) < 0).isPresent();
    if (early && promotes > 0) {
      promotes--;
    } else if (early) {
      findings.broken(
          "5",
          "%s left %s after %s; at least %s were asked for, and nobody promoted it.",
          c.release,
          what,
          Words.of(took),
          Words.of(min.orElseThrow()));
    }
  }

  private static int position(Course c, String stage) {
    for (int i = 0; i < c.stages.size(); i++) {
      if (c.stages.get(i).name().equals(stage)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The stage's time begins when the route says what it asks for; that somebody took it away for a
   * moment, and it was written once more, begins nothing anew.
   */
  private void weighed(Change change, Scene scene, Findings findings) {
    if (course.isEmpty() || course.get().silent || !change.bySluice()) {
      return;
    }
    Course c = course.get();
    String phase = scene.policy().map(Policy::phase).orElse("");
    int share = scene.candidateShare();
    boolean early = phase.equals("Checking") || phase.equals("Preparing");
    if (early && (share > 0 || scene.whitelists())) {
      findings.broken(
          "5",
          "%s gave the candidate %s before its first stage.",
          change.what(),
          Words.percent(share));
    }
    if (!phase.equals("Shifting") || c.at < 0 || c.at >= c.stages.size()) {
      return;
    }
    int asked = c.stages.get(c.at).served();
    if (share > asked) {
      findings.broken(
          "5",
          "%s gave the candidate %s in stage %s, which asks for %s.",
          change.what(),
          Words.percent(share),
          c.stages.get(c.at).name(),
          Words.percent(asked));
    }
    if (share == asked && share > 0 && share != c.written) {
      c.since = scene.now();
    }
    c.written = share;
  }

  /** The bake's time begins when every Service leads to the candidate. */
  private void pinned(Change change, Entry entry, Scene scene) {
    if (course.isEmpty()
        || course.get().flipped
        || !change.bySluice()
        || !scene.shop().services().contains(entry.name())) {
      return;
    }
    boolean all = scene.running().map(Release::candidate).filter(scene::allPinnedTo).isPresent();
    boolean bakes = scene.policy().filter(p -> p.phase().equals("Baking")).isPresent();
    if (all && bakes) {
      course.get().flipped = true;
      course.get().since = scene.now();
    }
  }
}
