package dev.sluice.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The defaults, as the readers give them: what stands in an object that was read and not in the
 * text that it was read from.
 */
final class Defaults {
  /** As short as can be; together they have every object that may be left out, once empty. */
  private static final List<String> SAMPLES =
      List.of(
          """
          apiVersion: sluice.dev/v1alpha1
          kind: ReleasePolicy
          metadata: { name: a }
          spec:
            workloadRef: { name: a }
            services: [a]
            route: { gateway: { httpRoutes: [{ name: a }] } }
            strategy: { canary: { stages: [{ name: a, weight: 1 }], affinity: {} } }
            checks: [{ name: a, at: BeforeTraffic, http: {} }]
          """,
          """
          apiVersion: sluice.dev/v1alpha1
          kind: ReleasePolicy
          metadata: { name: a }
          spec:
            workloadRef: { name: a }
            services: [a]
            strategy: { blueGreen: {} }
            analysis: {}
            capacity: {}
            approvals: {}
            notify:
              - name: a
                cloudEvents: { url: "http://a" }
              - name: b
                email: { host: a, from: a@a, to: [a@a] }
          """);

  private final Map<String, JsonNode> byPath = new LinkedHashMap<>();

  private Defaults() {}

  static Defaults none() {
    return new Defaults();
  }

  static Defaults ofPolicy() throws IOException {
    Defaults defaults = new Defaults();
    for (String sample : SAMPLES) {
      ApiObject read =
          switch (Manifest.read(sample)) {
            case Parsed.Ok<Manifest> ok -> ok.value().objects().getFirst();
            case Parsed.Bad<Manifest> bad -> throw new IllegalStateException("" + bad.problems());
          };
      defaults.compare(
          "", new YAMLMapper().readTree(sample), new ObjectMapper().readTree(Yaml.json(read)));
    }
    return defaults;
  }

  /**
   * What the API server is to put there. An object whose every field has a default of its own is
   * empty: they fill it.
   */
  Optional<JsonNode> at(String path) {
    JsonNode value = byPath.get(path);
    if (value == null) {
      return Optional.empty();
    }
    boolean filled =
        value.isObject()
            && value.propertyStream().allMatch(e -> byPath.containsKey(path + "." + e.getKey()));
    return Optional.of(filled ? JsonNodeFactory.instance.objectNode() : value);
  }

  private void compare(String path, JsonNode written, JsonNode read) {
    if (written.isMissingNode()) {
      byPath.put(path, read);
    } else if (read.isObject()) {
      read.properties()
          .forEach(
              e ->
                  compare(
                      path.isEmpty() ? e.getKey() : path + "." + e.getKey(),
                      written.path(e.getKey()),
                      e.getValue()));
    } else if (read.isArray()) {
      for (int i = 0; i < read.size(); i++) {
        compare(path + "[]", written.path(i), read.get(i));
      }
    }
  }
}
