package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The schema of a record: fields and their types from its components, what they mean from its
 * Javadoc, defaults from the readers, the rest from the limits. Of what Sluice writes (a status)
 * only the types are said: it must be able to write less, and longer, than people may.
 */
final class RecordSchema {
  private static final Set<Class<?>> OPTIONAL =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  private final Javadocs docs;
  private final Defaults defaults;
  private final Limits limits;
  private final boolean byPeople;

  RecordSchema(Javadocs docs, Defaults defaults, Limits limits, boolean byPeople) {
    this.docs = docs;
    this.defaults = defaults;
    this.limits = limits;
    this.byPeople = byPeople;
  }

  Schema of(Class<?> record, String path) {
    Schema schema = Schema.ofType("object");
    docs.of(record).ifPresent(text -> schema.with("description", text));
    ArrayNode required = schema.node().arrayNode();
    ObjectNode properties = schema.node().putObject("properties");
    for (RecordComponent component : record.getRecordComponents()) {
      String name = name(component);
      String at = path + "." + name;
      properties.set(name, property(record, component, at).node());
      if (mustBeThere(component, at, properties)) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      schema.node().set("required", required);
    }
    return limits.limit(Javadocs.name(record), schema);
  }

  /** As it is in a file. */
  private static String name(RecordComponent component) {
    JsonProperty written = component.getAccessor().getAnnotation(JsonProperty.class);
    return written == null ? component.getName() : written.value();
  }

  private boolean mustBeThere(RecordComponent component, String at, ObjectNode properties) {
    boolean empty =
        component.getType() == List.class && !properties.path(name(component)).has("minItems");
    boolean whenGiven = at.endsWith(".stages") || at.endsWith(".metrics");
    return byPeople
        && !empty
        && !whenGiven
        && !OPTIONAL.contains(component.getType())
        && defaults.at(at).isEmpty();
  }

  private Schema property(Class<?> record, RecordComponent component, String at) {
    String place = Javadocs.name(record) + "#" + component.getName();
    Schema schema = limits.limit(place, schema(component.getGenericType(), place, at));
    String text =
        docs.of(record, component.getName())
            .orElseGet(
                () -> {
                  if (!schema.node().has("description")) {
                    throw new IllegalStateException(place + " has no @param in its Javadoc");
                  }
                  return schema.node().get("description").asText();
                });
    schema.with("description", text);
    if (byPeople) {
      defaults.at(at).ifPresent(value -> schema.node().set("default", value));
    }
    return schema;
  }

  private Schema schema(Type type, String place, String at) {
    if (type instanceof ParameterizedType of) {
      Type inner = of.getActualTypeArguments()[0];
      if (of.getRawType() == Optional.class) {
        return schema(inner, place, at);
      }
      if (of.getRawType() == List.class) {
        Schema list = Schema.ofType("array");
        Schema element = schema(inner, place, at + "[]");
        list.node().set("items", limits.limit(place + "[]", element).node());
        return list;
      }
      if (of.getRawType() == Map.class) {
        return Schema.ofType("object").with("x-kubernetes-preserve-unknown-fields", true);
      }
    }
    return plain((Class<?>) type, at);
  }

  private Schema plain(Class<?> type, String at) {
    if (type == Duration.class) {
      return Schema.duration();
    } else if (type == Percent.class) {
      return byPeople ? Schema.percent() : Schema.ofType("string");
    } else if (type == Selector.class) {
      return Schema.selector();
    } else if (type == Query.class || type == MessageTemplate.class) {
      return Schema.text();
    } else if (type == Instant.class) {
      return Schema.instant();
    } else if (type == String.class) {
      return byPeople ? Schema.text() : Schema.ofType("string");
    } else if (type == boolean.class) {
      return Schema.ofType("boolean");
    } else if (type == int.class || type == Integer.class || type == OptionalInt.class) {
      return Schema.ofType("integer").with("format", "int32");
    } else if (type == long.class || type == OptionalLong.class) {
      return Schema.ofType("integer").with("format", "int64");
    } else if (type == double.class || type == OptionalDouble.class) {
      return Schema.ofType("number");
    } else if (type.isEnum()) {
      return Schema.words(
          Arrays.stream(type.getEnumConstants()).<Enum<?>>map(c -> (Enum<?>) c).toList());
    } else if (type.isRecord()) {
      return of(type, at);
    }
    throw new IllegalStateException(at + " is of a type without a schema: " + type);
  }
}
