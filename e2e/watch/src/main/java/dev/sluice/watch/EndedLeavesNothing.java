package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Invariant 8: a release that ended before the hand-over has left nothing when it says so: no
 * split, no pin, no Service of its own. After a success that is soon so, but for pins on the way to
 * {@code keepWarm}. A policy that is gone has left no mark.
 */
final class EndedLeavesNothing implements Rule {
  private static final Set<String> TURNED_BACK = Set.of("Aborted", "Reverted", "Superseded");

  private static final String SPLIT = "a split of the route";
  private static final String SERVICE = "the candidate's Service";
  private static final String BUDGET = "the candidate's budget";

  private final Lasting lasting = new Lasting();

  @Override
  public void late(Scene scene, Findings findings) {
    for (String left : lasting.over(scene.limits().late(), scene.now())) {
      findings.broken(
          "8",
          "No release has run for more than %s, and there still is %s.",
          Words.of(scene.limits().late()),
          left);
    }
  }

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    boolean ends =
        change.after() instanceof Policy now
            && change.before() instanceof Policy was
            && was.runs()
            && TURNED_BACK.contains(now.phase())
            && now.release().equals(was.release());
    if (ends) {
      List<String> left = left(scene);
      left.addAll(pins(scene));
      if (!left.isEmpty()) {
        findings.broken(
            "8",
            "%s says that it has ended, and there still is %s.",
            scene.policy().map(Policy::release).orElse(""),
            String.join(", ", left));
      }
    }
    if (change.version().kind().equals("ReleasePolicy")
        && change.after() instanceof Thing.Nothing) {
      gone(change, scene, findings);
    }
    idle(change, scene);
  }

  private void idle(Change change, Scene scene) {
    boolean may =
        change.after() instanceof Policy
            || change.after() instanceof Division
            || change.version().kind().equals("Service")
            || change.version().kind().equals("PodDisruptionBudget");
    if (may) {
      boolean idle = scene.policy().filter(p -> !p.runs() && !p.phase().isEmpty()).isPresent();
      List<String> left = idle ? left(scene) : List.of();
      for (String one : List.of(SPLIT, SERVICE, BUDGET)) {
        lasting.is(one, left.contains(one), scene.now());
      }
    }
  }

  private static List<String> left(Scene scene) {
    List<String> left = new ArrayList<>();
    boolean split = scene.route().flatMap(Division::split).isPresent();
    if (split || scene.candidateShare() > 0 || scene.whitelists()) {
      left.add(SPLIT);
    }
    if (scene.isThere("Service", scene.candidateName())) {
      left.add(SERVICE);
    }
    if (scene.isThere("PodDisruptionBudget", scene.candidateName())) {
      left.add(BUDGET);
    }
    return left;
  }

  private static List<String> pins(Scene scene) {
    return scene.entries().stream()
        .filter(e -> e.pin().isPresent())
        .map(e -> "a pin on Service " + e.name())
        .toList();
  }

  /** Its finalizer goes last; one that has none was never followed. */
  private static void gone(Change change, Scene scene, Findings findings) {
    if (Read.metadata(change.was()).path("finalizers").isEmpty()) {
      return;
    }
    scene.usersObjects(
        (what, object) ->
            mark(object)
                .ifPresent(
                    mark ->
                        findings.broken(
                            "8", "The policy is gone, and %s still carries %s.", what, mark)));
  }

  private static Optional<String> mark(JsonNode object) {
    for (String where : List.of("labels", "annotations")) {
      for (Map.Entry<String, JsonNode> pair : Read.metadata(object).path(where).properties()) {
        if (pair.getKey().startsWith(Marks.PREFIX)) {
          return Optional.of(pair.getKey());
        }
      }
    }
    return Optional.empty();
  }
}
