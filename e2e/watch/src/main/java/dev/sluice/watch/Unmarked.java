package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A user's object without Sluice's marks, and without what these marks ask for. */
final class Unmarked {
  /** Written by Kubernetes' own controllers. */
  private static final String REVISION = "deployment.kubernetes.io/revision";

  private static final int BRIEF = 300;

  private Unmarked() {}

  /** Spec, labels and annotations; the original is left as it is. */
  static JsonNode of(String kind, JsonNode object) {
    ObjectNode plain = JsonNodeFactory.instance.objectNode();
    JsonNode spec = object.path("spec");
    ObjectNode copy =
        spec instanceof ObjectNode o ? o.deepCopy() : JsonNodeFactory.instance.objectNode();
    switch (kind) {
      case "Service" -> unpin(copy, object);
      case "PodDisruptionBudget" -> {
        if (copy.get("selector") instanceof ObjectNode selector) {
          unpin(selector, "matchLabels", object);
        }
      }
      case "Deployment" -> release(copy, object);
      case "HTTPRoute", "GRPCRoute" -> WrittenRules.restore(copy, Split.of(object));
      default -> {}
    }
    plain.set("spec", copy);
    plain.set("labels", unmarked(Read.metadata(object).path("labels")));
    plain.set("annotations", unmarked(Read.metadata(object).path("annotations")));
    return plain;
  }

  /** One after the other, a spec's fields each for itself. */
  static Map<String, JsonNode> parts(JsonNode plain) {
    Map<String, JsonNode> parts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : plain.path("spec").properties()) {
      parts.put("spec." + field.getKey(), field.getValue());
    }
    parts.put("metadata.labels", plain.path("labels"));
    parts.put("metadata.annotations", plain.path("annotations"));
    return parts;
  }

  static String brief(JsonNode value) {
    String text = value instanceof MissingNode ? "missing" : value.toString();
    return text.length() <= BRIEF ? text : text.substring(0, BRIEF) + "…";
  }

  private static void unpin(ObjectNode spec, JsonNode object) {
    unpin(spec, "selector", object);
  }

  private static void unpin(ObjectNode spec, String selector, JsonNode object) {
    Optional<String> pin = Read.mark(object, Marks.PIN);
    if (pin.isPresent() && spec.get(selector) instanceof ObjectNode pairs) {
      pairs.remove(Marks.HASH);
    }
  }

  private static void release(ObjectNode spec, JsonNode object) {
    Optional<String> before = Read.label(object, Marks.BEFORE);
    boolean held = Read.label(object, Marks.HELD).isPresent();
    if (held || before.isPresent() || !spec.path("paused").asBoolean()) {
      spec.remove("paused");
    }
    if (before.equals(Optional.of("paused"))) {
      spec.put("paused", true);
    }
  }

  private static ObjectNode unmarked(JsonNode pairs) {
    ObjectNode rest = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> pair : pairs.properties()) {
      if (!pair.getKey().startsWith(Marks.PREFIX) && !pair.getKey().equals(REVISION)) {
        rest.set(pair.getKey(), pair.getValue());
      }
    }
    return rest;
  }
}
