package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One desired state for each object in each phase: none goes back and forth between two states. A
 * release may flip and go back a few times; more often is a fight, with somebody or with itself.
 * What users write begins anew.
 */
final class NothingFlaps implements Rule {
  private static final Set<String> KINDS =
      Set.of(
          "Deployment",
          "ReplicaSet",
          "Service",
          "PodDisruptionBudget",
          "HTTPRoute",
          "GRPCRoute",
          "Ingress",
          "ReleasePolicy");

  private static final class Course {
    List<JsonNode> last = List.of();
    List<JsonNode> before = List.of();
    int returns;
  }

  private final Map<String, Course> courses = new HashMap<>();

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    if (change.after() instanceof Policy now
        && change.before() instanceof Policy was
        && (now.runs() != was.runs() || !now.release().equals(was.release()))) {
      courses.clear();
    }
    if (!KINDS.contains(change.version().kind())) {
      return;
    }
    if (change.is().isMissingNode() || change.writer() == Writer.USER) {
      courses.remove(change.what());
      if (scene.pauses()) {
        // What users undo is undone until it is written again, and the status tells of both.
        courses.keySet().removeIf(what -> what.startsWith("ReleasePolicy "));
      }
      return;
    }
    List<JsonNode> state = state(change);
    Course course = courses.computeIfAbsent(change.what(), _ -> new Course());
    if (state.equals(course.last)) {
      return;
    }
    if (change.writer() == Writer.CLUSTER) {
      course.last = state;
      return;
    }
    course.returns += state.equals(course.before) ? 1 : 0;
    course.before = course.last;
    course.last = state;
    if (course.returns == scene.limits().returns() + 1) {
      findings.broken(
          "flapping",
          "%s has gone back to the state before the last for the %dth time in %s.",
          change.what(),
          course.returns,
          scene.policy().map(Policy::release).filter(r -> !r.isEmpty()).orElse("no release"));
    }
  }

  /** Without status, owners and times; the size of a Deployment is its users'. */
  private static List<JsonNode> state(Change change) {
    JsonNode object = change.is();
    JsonNode spec = object.path("spec");
    JsonNode metadata = Read.metadata(object);
    JsonNode labels = metadata.path("labels");
    return switch (change.after()) {
      case Policy p ->
          List.of(TextNode.valueOf(p.phase()), TextNode.valueOf(p.stage() + " " + p.weight()));
      case Thing.PodSet _ -> List.of(labels, spec.path("replicas"));
      case Thing.Deployment _ ->
          List.of(
              labels,
              spec.path("template"),
              spec.path("paused").asBoolean() ? spec.path("paused") : MissingNode.getInstance());
      default -> List.of(labels, metadata.path("annotations"), spec);
    };
  }
}
