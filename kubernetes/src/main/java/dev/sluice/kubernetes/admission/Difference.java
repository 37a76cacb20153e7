package dev.sluice.kubernetes.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where an object on a cluster is another one than was shipped. What the API server writes into it
 * by itself, its defaults, is no difference; anything else that we did not write is one, for a
 * single selector more can take all its objects away from a policy.
 */
public final class Difference {
  /** Fields that mean the same by these values as if they were not there. */
  private static final Map<String, String> DEFAULTS =
      Map.of("failurePolicy", "Fail", "matchPolicy", "Equivalent", "scope", "*");

  private Difference() {}

  /**
   * @param path of both, for people
   * @return the path of the first field that differs; empty: they mean the same
   */
  public static Optional<String> between(JsonNode shipped, JsonNode there, String path) {
    if (shipped.isObject() && there.isObject()) {
      Set<String> fields = new TreeSet<>();
      shipped.fieldNames().forEachRemaining(fields::add);
      there.fieldNames().forEachRemaining(fields::add);
      return fields.stream()
          .flatMap(f -> field(shipped.path(f), there.path(f), path, f).stream())
          .findFirst();
    }
    if (shipped.isArray() && there.isArray() && shipped.size() == there.size()) {
      for (int i = 0; i < shipped.size(); i++) {
        Optional<String> one = between(shipped.get(i), there.get(i), "%s[%d]".formatted(path, i));
        if (one.isPresent()) {
          return one;
        }
      }
      return Optional.empty();
    }
    return shipped.equals(there) ? Optional.empty() : Optional.of(path);
  }

  private static Optional<String> field(
      JsonNode shipped, JsonNode there, String path, String name) {
    boolean means = !shipped.isMissingNode() && !there.isMissingNode();
    if (means) {
      return between(shipped, there, path + "." + name);
    }
    JsonNode one = shipped.isMissingNode() ? there : shipped;
    boolean nothing =
        one.isNull()
            || (one.isContainerNode() && one.isEmpty())
            || one.asText().equals(DEFAULTS.get(name));
    return nothing ? Optional.empty() : Optional.of(path + "." + name);
  }
}
