package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The JSON merge patch (RFC 7386) that makes one document of another. */
final class MergePatch {
  private MergePatch() {}

  /** Members that are gone are null in it; lists are replaced whole. */
  static ObjectNode between(ObjectNode from, ObjectNode to) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    from.fieldNames()
        .forEachRemaining(
            name -> {
              if (!to.hasNonNull(name) && from.hasNonNull(name)) {
                patch.putNull(name);
              }
            });
    to.properties()
        .forEach(
            member -> {
              JsonNode before = from.path(member.getKey());
              JsonNode after = member.getValue();
              if (after.isNull() || after.equals(before)) {
                return;
              }
              patch.set(
                  member.getKey(),
                  before instanceof ObjectNode b && after instanceof ObjectNode a
                      ? between(b, a)
                      : after);
            });
    return patch;
  }
}
