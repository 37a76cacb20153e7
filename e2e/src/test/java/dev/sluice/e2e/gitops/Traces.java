package dev.sluice.e2e.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.watch.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the recorded versions of a shop's objects say of who wrote and of what was kept. */
final class Traces {
  private static final String ROOT = "order-service";

  private final List<Version> versions;

  /**
   * @param versions of the policy, its releases, Deployment, Service, budget and route
   */
  Traces(List<Version> versions) {
    this.versions = versions;
  }

  private Stream<Version> of(String kind) {
    return versions.stream().filter(v -> v.kind().equals(kind) && v.name().equals(ROOT));
  }

  /** Versions of the route whose weights are not those of its mark; without one ROOT is alone. */
  List<String> otherWeights() {
    return of("HTTPRoute")
        .filter(v -> !weights(v.object()).equals(asked(v.object())))
        .map(
            v ->
                "%d: %s instead of %s"
                    .formatted(v.revision(), weights(v.object()), asked(v.object())))
        .toList();
  }

  /** By backend, in per cent. */
  private static Map<String, Double> weights(JsonNode route) {
    JsonNode backends = route.at("/spec/rules/0/backendRefs");
    double total = backends.valueStream().mapToInt(b -> b.path("weight").asInt(1)).sum();
    return backends
        .valueStream()
        .collect(
            Collectors.toMap(
                b -> b.path("name").asText(),
                b -> 100 * b.path("weight").asInt(1) / total,
                Double::sum,
                TreeMap::new));
  }

  private static Map<String, Double> asked(JsonNode route) {
    Optional<String[]> split = mark(route, "annotations", "split").map(s -> s.split(" ", -1));
    if (split.isEmpty()) {
      return Map.of(ROOT, 100.0);
    }
    double candidate =
        100 * Double.parseDouble(split.get()[2]) / Double.parseDouble(split.get()[3]);
    return new TreeMap<>(Map.of(split.get()[0], 100 - candidate, split.get()[1], candidate));
  }

  /** Versions of the Deployment that are held and not paused, or paused and not held. */
  List<String> otherPauses() {
    return of("Deployment")
        .filter(
            v ->
                v.object().at("/spec/paused").asBoolean()
                    != mark(v.object(), "labels", "held").isPresent())
        .map(v -> "%d: paused %s".formatted(v.revision(), v.object().at("/spec/paused")))
        .toList();
  }

  /** Versions of the Service or the budget whose selector is not as its mark says. */
  List<String> otherPins(String kind, String selector) {
    return of(kind)
        .filter(
            v ->
                !v.object()
                    .at(selector + "/pod-template-hash")
                    .asText()
                    .equals(mark(v.object(), "annotations", "pin").orElse("")))
        .map(v -> "%s %d: %s".formatted(kind, v.revision(), v.object().at(selector)))
        .toList();
  }

  /** How often that mark came where it was not before. */
  long comings(String kind, String where, String name) {
    List<Boolean> there = of(kind).map(v -> mark(v.object(), where, name).isPresent()).toList();
    long count = 0;
    for (int i = 1; i < there.size(); i++) {
      count += there.get(i) && !there.get(i - 1) ? 1 : 0;
    }
    return count;
  }

  private static Optional<String> mark(JsonNode object, String where, String name) {
    return Optional.of(object.at("/metadata/" + where + "/sluice.dev~1" + name).asText())
        .filter(value -> !value.isEmpty());
  }

  /**
   * How many versions of the user's objects who wrote.
   *
   * @param sluice changed marks, and no template
   * @param others changed anything else that people write
   * @param status told what is, or changed nothing
   */
  record Hands(long sluice, long others, long status) {}

  Hands hands() {
    Map<String, JsonNode> before = new HashMap<>();
    List<String> wrote = new ArrayList<>();
    for (Version v : versions) {
      if (!List.of("Deployment", "Service", "PodDisruptionBudget", "HTTPRoute")
          .contains(v.kind())) {
        continue;
      }
      JsonNode last = before.put(v.kind() + v.name(), v.object());
      if (last != null && v.name().equals(ROOT)) {
        wrote.add(who(last, v.object()));
      }
    }
    return new Hands(
        wrote.stream().filter("sluice"::equals).count(),
        wrote.stream().filter("others"::equals).count(),
        wrote.stream().filter("status"::equals).count());
  }

  private static String who(JsonNode before, JsonNode after) {
    boolean template = !before.at("/spec/template").equals(after.at("/spec/template"));
    if (!marks(before).equals(marks(after)) && !template) {
      return "sluice";
    }
    return people(before).equals(people(after)) ? "status" : "others";
  }

  private static Map<String, String> marks(JsonNode object) {
    Map<String, String> all = new TreeMap<>();
    for (String where : List.of("labels", "annotations")) {
      object
          .at("/metadata/" + where)
          .properties()
          .forEach(
              e -> {
                if (e.getKey().startsWith("sluice.dev/")) {
                  all.put(where + e.getKey(), e.getValue().asText());
                }
              });
    }
    return all;
  }

  private static JsonNode people(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    copy.remove("status");
    ObjectNode metadata = (ObjectNode) copy.path("metadata");
    metadata.remove(List.of("managedFields", "resourceVersion", "generation"));
    if (metadata.path("annotations") instanceof ObjectNode annotations) {
      annotations.remove("deployment.kubernetes.io/revision");
    }
    return copy;
  }

  /** Where the policy was at that moment: its phase, and for how long it had been Ready. */
  Optional<Place> at(Instant moment) {
    Optional<Place> place = Optional.empty();
    Instant ready = Instant.MAX;
    for (Version v : of("ReleasePolicy").toList()) {
      if (v.at().isAfter(moment)) {
        break;
      }
      boolean is =
          v.object()
              .at("/status/conditions")
              .valueStream()
              .anyMatch(
                  c ->
                      c.path("type").asText().equals("Ready")
                          && c.path("status").asText().equals("True"));
      ready = !is ? Instant.MAX : ready.isAfter(v.at()) ? v.at() : ready;
      place =
          Optional.of(
              new Place(
                  v.object().at("/status/phase").asText() + (is ? " (Ready)" : ""),
                  ready.isAfter(moment)
                      ? Optional.empty()
                      : Optional.of(Duration.between(ready, moment))));
    }
    return place;
  }

  /**
   * @param phase of the policy, for people
   * @param ready since when it was Ready; empty: it was not
   */
  record Place(String phase, Optional<Duration> ready) {}
}
