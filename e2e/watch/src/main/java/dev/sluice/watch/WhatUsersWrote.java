package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Invariant 8: what a user wrote stays theirs to the letter. Taken together with what its marks ask
 * for, each version of a user's object is what its users wrote last: no write of Sluice's changes
 * that, so taking the marks away restores it. Only a template may be written: stable's after an
 * abort where the policy asks for it or leaves, and the one before by an undo.
 */
final class WhatUsersWrote implements Rule {
  private static final Set<String> KINDS =
      Set.of(
          "Deployment",
          "Service",
          "PodDisruptionBudget",
          "HTTPRoute",
          "GRPCRoute",
          "Ingress",
          "HorizontalPodAutoscaler");

  private boolean undone;

  @Override
  public void look(Change change, Scene scene, Findings findings) {
    undone |= change.after() instanceof Thing.Command command && command.action().equals("Undo");
    if (!KINDS.contains(change.version().kind())
        || !change.bySluice()
        || change.was().isMissingNode()
        || change.is().isMissingNode()
        || isSluices(change.is())) {
      return;
    }
    Map<String, JsonNode> was = Unmarked.parts(Unmarked.of(change.version().kind(), change.was()));
    Map<String, JsonNode> is = Unmarked.parts(Unmarked.of(change.version().kind(), change.is()));
    Set<String> fields = new TreeSet<>(was.keySet());
    fields.addAll(is.keySet());
    for (String field : fields) {
      JsonNode before = was.getOrDefault(field, MissingNode.getInstance());
      JsonNode after = is.getOrDefault(field, MissingNode.getInstance());
      if (!before.equals(after) && !allowed(field, scene)) {
        findings.broken(
            "8",
            "Sluice changed what users wrote in %s: %s was %s and is %s.",
            change.what(),
            field,
            Unmarked.brief(before),
            Unmarked.brief(after));
      }
    }
  }

  private static boolean isSluices(JsonNode object) {
    return Read.label(object, Marks.TRACK).isPresent();
  }

  private boolean allowed(String field, Scene scene) {
    boolean reverts =
        scene
            .policy()
            .map(p -> p.leaving() || p.spec().path("afterAbort").asText().equals("Revert"))
            .orElse(true);
    return field.equals("spec.template") && (undone || reverts);
  }
}
