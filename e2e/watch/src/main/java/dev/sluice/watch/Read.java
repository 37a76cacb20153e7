package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fields of objects. What is not there is empty, never an error. */
final class Read {
  private static final Pattern DURATION =
      Pattern.compile("(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

  private Read() {}

  static String text(JsonNode node, String one, String two) {
    return node.path(one).path(two).asText();
  }

  static Optional<String> word(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value.asText());
  }

  static JsonNode metadata(JsonNode object) {
    return object.path("metadata");
  }

  static Optional<String> label(JsonNode object, String key) {
    return word(metadata(object).path("labels"), key);
  }

  static Optional<String> annotation(JsonNode object, String key) {
    return word(metadata(object).path("annotations"), key);
  }

  /** Whether a policy or a run has it; on what nobody has adopted Sluice's marks mean nothing. */
  static boolean adopted(JsonNode object) {
    return label(object, Marks.POLICY).isPresent() || label(object, Marks.RUN).isPresent();
  }

  /** An annotation of Sluice's, where it means something. */
  static Optional<String> mark(JsonNode object, String key) {
    return adopted(object) ? annotation(object, key) : Optional.empty();
  }

  static Map<String, String> pairs(JsonNode object) {
    Map<String, String> pairs = new HashMap<>();
    for (Map.Entry<String, JsonNode> pair : object.properties()) {
      pairs.put(pair.getKey(), pair.getValue().asText());
    }
    return Map.copyOf(pairs);
  }

  static boolean contains(Map<String, String> labels, Map<String, String> selector) {
    return labels.entrySet().containsAll(selector.entrySet());
  }

  /** {@code 90s}, {@code 1h30m}, {@code 500ms}; empty where it is none. */
  static Optional<Duration> duration(String text) {
    Matcher m = DURATION.matcher(text);
    if (text.isEmpty() || !m.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofHours(part(m, 1))
            .plusMinutes(part(m, 2))
            .plusSeconds(part(m, 3))
            .plusMillis(part(m, 4)));
  }

  private static long part(Matcher m, int group) {
    String digits = m.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /**
   * {@code 5} or {@code "0.5%"}.
   *
   * @return of 1,000
   */
  static Optional<Integer> perMille(JsonNode share) {
    if (share.isIntegralNumber()) {
      return Optional.of(share.asInt() * 10);
    }
    String text = share.asText();
    return text.matches("\\d{1,3}(\\.\\d{1,9})?%")
        ? Optional.of(
            (int) Math.round(Double.parseDouble(text.substring(0, text.length() - 1)) * 10))
        : Optional.empty();
  }
}
