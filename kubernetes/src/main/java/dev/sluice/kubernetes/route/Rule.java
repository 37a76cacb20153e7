package dev.sluice.kubernetes.route;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * One rule of a route of the Gateway API. Kinds of routes differ in what they match, not in how
 * they send, so it is read alike from all of them.
 *
 * @param matches how many there are, any of which picks a request
 */
record Rule(List<Backend> backends, int matches) {
  /**
   * Where a rule sends.
   *
   * @param namespace empty: the route's own
   * @param plain whether it is sent to as it is, without filters
   */
  record Backend(String name, Optional<String> namespace, int weight, boolean plain) {}

  Rule {
    backends = List.copyOf(backends);
  }

  /** All of a route, in its order. */
  static List<Rule> of(JsonNode route) {
    return route.path("spec").path("rules").valueStream().map(Rule::one).toList();
  }

  private static Rule one(JsonNode rule) {
    return new Rule(
        rule.path("backendRefs").valueStream().map(Rule::backend).toList(),
        rule.path("matches").size());
  }

  private static Backend backend(JsonNode backend) {
    return new Backend(
        backend.path("name").asText(),
        Optional.ofNullable(backend.get("namespace")).map(JsonNode::asText),
        backend.path("weight").asInt(1),
        backend.path("filters").isEmpty());
  }

  /** Whether it sends to these two alone, the root first: the admission policy splits it then. */
  boolean leadsTo(String root, String candidate, String namespace) {
    return !backends.isEmpty()
        && backends.getFirst().name().equals(root)
        && backends.stream()
            .allMatch(
                b ->
                    (b.name().equals(root) || b.name().equals(candidate))
                        && b.plain()
                        && b.namespace().orElse(namespace).equals(namespace));
  }

  /** Whether it stands there for the whitelisted: told by its only backend. */
  boolean isCopy(String candidate) {
    return backends.size() == 1 && backends.getFirst().name().equals(candidate);
  }
}
