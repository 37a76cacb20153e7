package dev.sluice.api;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What is said of records beyond their types. Each must be asked for: none outlives its field. */
final class Limits {
  private final Map<String, UnaryOperator<Schema>> byPlace = new HashMap<>();
  private final Set<String> asked = new HashSet<>();

  void type(Class<?> record, UnaryOperator<Schema> limit) {
    put(Javadocs.name(record), limit);
  }

  void component(Class<?> record, String component, UnaryOperator<Schema> limit) {
    put(Javadocs.name(record) + "#" + component, limit);
  }

  /** Of what is in a list. */
  void elements(Class<?> record, String component, UnaryOperator<Schema> limit) {
    put(Javadocs.name(record) + "#" + component + "[]", limit);
  }

  Schema limit(String place, Schema schema) {
    asked.add(place);
    return byPlace.getOrDefault(place, UnaryOperator.identity()).apply(schema);
  }

  Set<String> neverAsked() {
    Set<String> left = new HashSet<>(byPlace.keySet());
    left.removeAll(asked);
    return left;
  }

  private void put(String place, UnaryOperator<Schema> limit) {
    if (byPlace.put(place, limit) != null) {
      throw new IllegalStateException(place + " has two limits");
    }
  }
}
