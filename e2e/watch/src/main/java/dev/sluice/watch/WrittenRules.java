package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Rules of a route as its user wrote them. A weight of 1 is the same as none. */
final class WrittenRules {
  private static final String BACKENDS = "backendRefs";
  private static final String FILTERS = "filters";

  private WrittenRules() {}

  static void restore(ObjectNode spec, Optional<Split> split) {
    if (!(spec.get("rules") instanceof ArrayNode rules)) {
      return;
    }
    ArrayNode plain = JsonNodeFactory.instance.arrayNode();
    for (JsonNode rule : rules) {
      if (rule instanceof ObjectNode one && split.filter(s -> isCopy(one, s)).isEmpty()) {
        split.ifPresent(s -> restore(one, s));
        one.path(BACKENDS).forEach(WrittenRules::withoutDefault);
        plain.add(one);
      }
    }
    spec.set("rules", plain);
  }

  /** For the whitelisted. */
  static boolean isCopy(JsonNode rule, Split split) {
    JsonNode backends = rule.path(BACKENDS);
    return backends.size() == 1 && backends.get(0).path("name").asText().equals(split.candidate());
  }

  private static void restore(ObjectNode rule, Split split) {
    JsonNode backends = rule.path(BACKENDS);
    if (backends.size() == 2
        && backends.get(0) instanceof ObjectNode root
        && root.path("name").asText().equals(split.root())
        && backends.get(1).path("name").asText().equals(split.candidate())) {
      root.put("weight", split.original());
      rule.putArray(BACKENDS).add(root);
    }
    if (rule.get(FILTERS) instanceof ArrayNode filters) {
      ArrayNode own = JsonNodeFactory.instance.arrayNode();
      filters.valueStream().filter(f -> !mirrors(f, split.candidate())).forEach(own::add);
      rule.set(FILTERS, own);
      if (own.isEmpty() && !filters.isEmpty()) {
        rule.remove(FILTERS);
      }
    }
  }

  private static void withoutDefault(JsonNode backend) {
    if (backend instanceof ObjectNode one && one.path("weight").asInt(0) == 1) {
      one.remove("weight");
    }
  }

  private static boolean mirrors(JsonNode filter, String service) {
    return filter.path("requestMirror").path("backendRef").path("name").asText().equals(service);
  }
}
