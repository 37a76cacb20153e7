package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PromQL query of counts, the same for both versions: {@code {{selector}}} stands for the
 * matchers of one version's pods. One text for both is the point: two texts could measure two
 * things, and the difference between them would look like one between the versions.
 *
 * <p>It must give counters, not rates: what is judged is how much they have grown since they were
 * last asked for, and stretches that overlap, as those of {@code rate(…[5m])} do, would count each
 * failure several times.
 *
 * @param text as the user wrote it
 */
public record Query(String text) {
  /** What a version's matchers stand for. */
  public static final String SELECTOR = "{{selector}}";

  static final int CHARACTERS = 1024;

  /** Functions of a stretch of time; a counter's value is of a moment. */
  static final String OVER_TIME =
      "(rate|irate|increase|delta|idelta|deriv|changes|resets|predict_linear|[a-z_]+_over_time)";

  private static final Pattern CALL = Pattern.compile("(?<![a-zA-Z0-9_:])" + OVER_TIME + "\\s*\\(");
  private static final Pattern OTHER = Pattern.compile("\\{\\{(?!selector\\}\\})[^{}]*\\}\\}");
  private static final Map<Character, Character> CLOSED_BY = Map.of('{', '}', '(', ')', '[', ']');

  /**
   * Reads it, as far as can be told without knowing PromQL: the placeholder, and that brackets and
   * quotes are closed.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Query parse(String text) {
    if (text.length() > CHARACTERS) {
      throw new IllegalArgumentException("it has more than " + CHARACTERS + " characters");
    }
    Matcher other = OTHER.matcher(text);
    if (other.find()) {
      throw new IllegalArgumentException(
          "it has "
              + other.group()
              + "; the same query is asked of both versions, and the only placeholder is "
              + SELECTOR);
    }
    String code = code(text);
    Matcher call = CALL.matcher(code);
    if (call.find()) {
      throw new IllegalArgumentException(
          "it uses "
              + call.group(1)
              + "(), and what is judged is how a counter grows; write the counters' sum itself");
    }
    return new Query(text);
  }

  /** The query for one version. */
  public String of(String matchers) {
    return text.replace(SELECTOR, matchers);
  }

  @Override
  @JsonValue
  public String toString() {
    return text;
  }

  /** What is neither quoted nor a comment, after a look at every bracket. */
  private static String code(String text) {
    StringBuilder code = new StringBuilder();
    Deque<Character> open = new ArrayDeque<>();
    boolean selects = false;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith(SELECTOR, at)) {
        if (open.isEmpty() || open.peek() != '{') {
          throw new IllegalArgumentException(
              SELECTOR
                  + " stands outside of a metric's braces; write orders_total{"
                  + SELECTOR
                  + "}");
        }
        selects = true;
        at += SELECTOR.length();
      } else if (c == '"' || c == '\'' || c == '`') {
        at = afterQuote(text, at);
      } else if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        bracket(c, open);
        code.append(c);
        at++;
      }
    }
    if (!open.isEmpty()) {
      throw new IllegalArgumentException("a " + open.peek() + " is never closed");
    }
    if (!selects) {
      throw new IllegalArgumentException(
          "it has no " + SELECTOR + ", without which both versions would be given the same counts");
    }
    return code.toString();
  }

  private static void bracket(char c, Deque<Character> open) {
    if (CLOSED_BY.containsKey(c)) {
      open.push(c);
    } else if (CLOSED_BY.containsValue(c)) {
      Optional<Character> closes =
          open.isEmpty() ? Optional.empty() : Optional.ofNullable(CLOSED_BY.get(open.pop()));
      if (closes.filter(end -> end == c).isEmpty()) {
        throw new IllegalArgumentException("a " + c + " closes nothing");
      }
    }
  }

  private static int afterQuote(String text, int from) {
    char quote = text.charAt(from);
    for (int i = from + 1; i < text.length(); i++) {
      if (text.startsWith(SELECTOR, i)) {
        throw new IllegalArgumentException(
            SELECTOR + " stands in quotes, where it selects nothing");
      }
      if (text.charAt(i) == quote) {
        return i + 1;
      }
      if (text.charAt(i) == '\\' && quote != '`') {
        i++;
      }
    }
    throw new IllegalArgumentException("a " + quote + " is never closed");
  }
}
