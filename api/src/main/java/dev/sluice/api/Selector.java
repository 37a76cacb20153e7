package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * Which series of a metric count: {@code orders_total{outcome!="ok",path=~"/pay.*"}}, as in
 * Prometheus. A label that a series does not have counts as empty.
 *
 * @param metric name of the metric
 * @param matchers all of them must hold
 */
public record Selector(String metric, List<LabelMatch> matchers) {
  private static final Pattern NAME = Pattern.compile("\\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*");
  private static final Pattern MATCHER =
      Pattern.compile(
          "\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)\\s*\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*+)\"\\s*");

  public Selector {
    matchers = List.copyOf(matchers);
  }

  /** How a label's value is compared; expressions match the whole value. */
  public enum Comparison {
    EQUAL("="),
    NOT_EQUAL("!="),
    MATCHES("=~"),
    NOT_MATCHES("!~");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    static Comparison of(String sign) {
      for (Comparison c : values()) {
        if (c.sign.equals(sign)) {
          return c;
        }
      }
      throw new IllegalArgumentException("unknown comparison " + sign);
    }
  }

  /** One condition on a label. */
  public record LabelMatch(String label, Comparison comparison, String value) {
    boolean holds(String actual) {
      return switch (comparison) {
        case EQUAL -> actual.equals(value);
        case NOT_EQUAL -> !actual.equals(value);
        case MATCHES -> Pattern.matches(value, actual);
        case NOT_MATCHES -> !Pattern.matches(value, actual);
      };
    }

    @Override
    public String toString() {
      String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      return label + comparison.sign + "\"" + escaped + "\"";
    }
  }

  /**
   * Reads a metric's name and its matchers (=, !=, =~, !~).
   *
   * @throws IllegalArgumentException with a sentence that says what was wrong and where
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Selector parse(String text) {
    Matcher name = NAME.matcher(text);
    if (!name.lookingAt()) {
      throw wrong(text, "it does not begin with a metric's name");
    }
    int end = text.stripTrailing().length();
    if (name.end() >= end) {
      return new Selector(name.group(1), List.of());
    }
    if (text.charAt(name.end()) != '{' || text.charAt(end - 1) != '}') {
      throw wrong(text, "after the name come matchers in braces, and nothing after them");
    }
    return new Selector(name.group(1), matchers(text, name.end() + 1, end - 1));
  }

  private static List<LabelMatch> matchers(String text, int from, int to) {
    List<LabelMatch> found = new ArrayList<>();
    int at = from;
    while (at < to && !text.substring(at, to).isBlank()) {
      Matcher m = MATCHER.matcher(text).region(at, to);
      if (!m.lookingAt()) {
        throw wrong(text, "what stands at character " + (at + 1) + " is not a matcher");
      }
      found.add(checked(text, m));
      at = m.end();
      if (at < to && text.charAt(at++) != ',') {
        throw wrong(text, "matchers are parted by commas");
      }
    }
    return found;
  }

  private static LabelMatch checked(String text, Matcher m) {
    Comparison comparison = Comparison.of(m.group(2));
    String value = unescape(m.group(3));
    if (comparison == Comparison.MATCHES || comparison == Comparison.NOT_MATCHES) {
      try {
        Pattern.compile(value);
      } catch (PatternSyntaxException bad) {
        throw wrong(text, "\"" + value + "\" is not a regular expression");
      }
    }
    return new LabelMatch(m.group(1), comparison, value);
  }

  private static String unescape(String raw) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '\\') {
        i++;
        c = raw.charAt(i) == 'n' ? '\n' : raw.charAt(i);
      }
      out.append(c);
    }
    return out.toString();
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException(
        "the selector "
            + text
            + " cannot be read: "
            + why
            + "; write it like orders_total{outcome!=\"ok\"}");
  }

  /** Whether a series of that name with these labels counts. */
  public boolean selects(String name, Map<String, String> labels) {
    return metric.equals(name)
        && matchers.stream().allMatch(m -> m.holds(labels.getOrDefault(m.label(), "")));
  }

  /** As {@link #parse} reads it. */
  @Override
  @JsonValue
  public String toString() {
    return matchers.isEmpty()
        ? metric
        : matchers.stream()
            .map(LabelMatch::toString)
            .collect(Collectors.joining(",", metric + "{", "}"));
  }
}
