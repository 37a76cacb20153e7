package dev.sluice.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One object of a document, read field by field. A value that cannot be used becomes a {@link
 * Problem} and reads as absent, so that reading goes on and finds the other mistakes too. A field
 * that is there without a value ({@code name:}) is absent, as for Kubernetes.
 *
 * <p>{@link #end} must be called after the last field: it names those that nobody asked for.
 */
public final class Fields {
  static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private final Document document;
  private final String path;
  private final JsonNode node;
  private final Set<String> asked = new LinkedHashSet<>();

  Fields(Document document, String path, JsonNode node) {
    this.document = document;
    this.path = path;
    this.node = node;
  }

  /** Notes a mistake at a field; an empty name means this object itself. */
  public void wrong(String field, String seen, String mend) {
    document.wrong(at(field), seen, mend);
  }

  /** Whether the field is there; does not count as asking for it. */
  public boolean has(String field) {
    return node.hasNonNull(field);
  }

  /** Whether nothing was found wrong in the whole file so far. */
  public boolean sound() {
    return document.sound();
  }

  /** A field that may be there and is not read. */
  public void skip(String field) {
    asked.add(field);
  }

  /** The names of the fields that are there. */
  public List<String> names() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  public Optional<String> text(String field) {
    Optional<JsonNode> value = get(field);
    if (value.filter(v -> !v.isTextual() && !v.isNumber()).isPresent()) {
      return absent(field, value.get(), "write a text");
    }
    return value.map(JsonNode::asText);
  }

  /** A text that must be there. */
  public String need(String field, String mend) {
    return required(text(field), field, mend).orElse("");
  }

  /** The name of an object: an RFC 1123 label, which must be there. */
  public String name(String field) {
    String mend = "write the object's name: lower-case letters, digits and -, at most 63";
    Optional<String> name = required(text(field), field, mend);
    if (name.filter(n -> !LABEL.matcher(n).matches()).isPresent()) {
      wrong(field, "is \"" + name.get() + "\", which no object can be named", mend);
    }
    return name.orElse("");
  }

  /** The same where it may be absent. */
  public Optional<String> optionalName(String field) {
    return has(field) ? Optional.of(name(field)) : get(field).map(JsonNode::asText);
  }

  public Optional<Duration> duration(String field) {
    Optional<JsonNode> value = get(field);
    return value.flatMap(
        v -> {
          Optional<Duration> read =
              v.isTextual() ? ShortDuration.tryParse(v.asText()) : Optional.empty();
          return read.isPresent()
              ? read
              : absent(field, v, "write a duration like 90s, 5m, 1h30m or 500ms, at most 8760h");
        });
  }

  public Optional<Percent> percent(String field) {
    return get(field)
        .flatMap(
            v -> {
              Optional<Percent> read = Percent.tryFrom(v);
              return read.isPresent()
                  ? read
                  : absent(field, v, "write whole percents like 5, or \"0.5%\", from 0 to 100");
            });
  }

  public OptionalInt integer(String field, int min, int max) {
    Optional<JsonNode> value = get(field);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    JsonNode v = value.get();
    if (v.isIntegralNumber() && v.canConvertToInt() && v.intValue() >= min && v.intValue() <= max) {
      return OptionalInt.of(v.intValue());
    }
    absent(field, v, "write a whole number from " + min + " to " + max);
    return OptionalInt.empty();
  }

  /** A number from min to max, both allowed. */
  public OptionalDouble number(String field, double min, double max) {
    Optional<JsonNode> value = get(field);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    JsonNode v = value.get();
    if (v.isNumber() && v.doubleValue() >= min && v.doubleValue() <= max) {
      return OptionalDouble.of(v.doubleValue());
    }
    absent(field, v, "write a number from " + plain(min) + " to " + plain(max));
    return OptionalDouble.empty();
  }

  public Optional<Boolean> flag(String field) {
    return get(field)
        .flatMap(
            v ->
                v.isBoolean()
                    ? Optional.of(v.booleanValue())
                    : absent(field, v, "write true or false"));
  }

  /** One word of a list, written like {@code BeforeTraffic}. */
  public <E extends Enum<E>> Optional<E> word(String field, List<E> allowed) {
    return get(field)
        .flatMap(
            v -> {
              for (E one : allowed) {
                if (v.isTextual() && v.asText().equals(Words.of(one))) {
                  return Optional.of(one);
                }
              }
              String words = allowed.stream().map(Words::of).collect(Collectors.joining(", "));
              return absent(field, v, "write one of " + words);
            });
  }

  /** Texts of a list; empty where the field is absent. */
  public List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    elements(field)
        .forEach(
            (name, v) -> {
              if (v.isTextual() || v.isNumber()) {
                texts.add(v.asText());
              } else {
                wrong(name, "is " + describe(v), "write a text");
              }
            });
    return texts;
  }

  /** Texts by name; numbers and true or false are read as they are written. */
  public Map<String, String> map(String field) {
    Map<String, String> map = new LinkedHashMap<>();
    Optional<JsonNode> value = get(field);
    if (value.isPresent() && !value.get().isObject()) {
      absent(field, value.get(), "write name: value pairs");
      return map;
    }
    value.ifPresent(
        v ->
            v.properties()
                .forEach(
                    e -> {
                      if (e.getValue().isValueNode() && !e.getValue().isNull()) {
                        map.put(e.getKey(), e.getValue().asText());
                      } else {
                        wrong(
                            field + "." + e.getKey(),
                            "is " + describe(e.getValue()),
                            "write a text");
                      }
                    }));
    return map;
  }

  /** An object inside this one. */
  public Optional<Fields> object(String field) {
    return get(field)
        .flatMap(
            v ->
                v.isObject()
                    ? Optional.of(new Fields(document, at(field), v))
                    : absent(field, v, "write an object: names and values, indented below it"));
  }

  /** One that must be there; where it is not, what is returned has no fields. */
  public Fields needObject(String field, String mend) {
    boolean missing = !has(field);
    Optional<Fields> found = object(field);
    if (missing) {
      wrong(field, "is missing", mend);
    }
    return found.orElseGet(() -> new Fields(document, at(field), missing()));
  }

  /** Objects of a list; empty where the field is absent. */
  public List<Fields> objects(String field) {
    List<Fields> objects = new ArrayList<>();
    elements(field)
        .forEach(
            (name, v) -> {
              if (v.isObject()) {
                objects.add(new Fields(document, at(name), v));
              } else {
                wrong(name, "is " + describe(v), "write an object like { name: … }");
              }
            });
    return objects;
  }

  /** The objects by name of an object that may have any fields. */
  public Map<String, Fields> entries(String field) {
    Map<String, Fields> entries = new LinkedHashMap<>();
    object(field)
        .ifPresent(o -> o.names().forEach(n -> entries.put(n, o.needObject(n, "write {}"))));
    return entries;
  }

  /** A value with a form of its own, whose reader says in a sentence what is wrong with a text. */
  public <T> Optional<T> parsed(String field, Function<String, T> parser, String mend) {
    return text(field)
        .flatMap(
            text -> {
              try {
                return Optional.of(parser.apply(text));
              } catch (IllegalArgumentException e) {
                wrong(field, "cannot be read: " + e.getMessage(), mend);
                return Optional.empty();
              }
            });
  }

  /** Says so where what must be there is absent; a value that was already refused is not. */
  public <T> Optional<T> required(Optional<T> value, String field, String mend) {
    if (value.isEmpty() && !has(field)) {
      wrong(field, "is missing", mend);
    }
    return value;
  }

  /** Exactly one of these fields must be there. */
  public void oneOf(String mend, String... fields) {
    List<String> there = Arrays.stream(fields).filter(this::has).toList();
    if (there.size() != 1) {
      wrong(
          "",
          there.isEmpty() ? "says nothing" : "says " + String.join(" and ", there) + " at once",
          mend);
    }
  }

  /** At most one of these fields may be there. */
  public void atMostOneOf(String mend, String... fields) {
    if (Arrays.stream(fields).filter(this::has).count() > 1) {
      oneOf(mend, fields);
    }
  }

  /** Names the fields that are there and that nobody asked for. */
  public void end() {
    for (String name : names()) {
      if (!asked.contains(name)) {
        String mend =
            Nearest.of(name, asked)
                .map(near -> "did you mean " + near + "?")
                .orElseGet(() -> "take it away; known here: " + String.join(", ", asked));
        wrong(name, "is not known", mend);
      }
    }
  }

  /** Refuses a list in which two have one name. */
  public void distinct(String field, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).isEmpty() && !seen.add(names.get(i))) {
        wrong(
            field + "[" + i + "]",
            "is a second \"" + names.get(i) + "\"",
            "give each a name of its own");
      }
    }
  }

  static String describe(JsonNode v) {
    return switch (v.getNodeType()) {
      case STRING ->
          "\"" + (v.asText().length() > 60 ? v.asText().substring(0, 60) + "…" : v.asText()) + "\"";
      case NUMBER, BOOLEAN -> v.asText();
      case ARRAY -> "a list";
      case OBJECT, POJO -> "an object";
      case NULL, MISSING, BINARY -> "nothing";
    };
  }

  private Map<String, JsonNode> elements(String field) {
    Map<String, JsonNode> elements = new LinkedHashMap<>();
    Optional<JsonNode> value = get(field);
    if (value.isPresent() && !value.get().isArray()) {
      absent(field, value.get(), "write a list, like [a, b] or lines that begin with -");
      return elements;
    }
    value.ifPresent(
        v -> {
          for (int i = 0; i < v.size(); i++) {
            elements.put(field + "[" + i + "]", v.get(i));
          }
        });
    return elements;
  }

  private Optional<JsonNode> get(String field) {
    asked.add(field);
    return Optional.ofNullable(node.get(field)).filter(v -> !v.isNull());
  }

  private <T> Optional<T> absent(String field, JsonNode v, String mend) {
    wrong(field, "is " + describe(v), mend);
    return Optional.empty();
  }

  private String at(String field) {
    if (field.isEmpty() || path.isEmpty()) {
      return path + field;
    }
    return path + "." + field;
  }

  private static JsonNode missing() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
