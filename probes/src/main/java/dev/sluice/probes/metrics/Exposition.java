package dev.sluice.probes.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Prometheus' text format 0.0.4, read series by series; of OpenMetrics as much as looks the same
 * (exemplars and timestamps are passed over). A series that nobody wants costs no more than looking
 * for the end of its line.
 *
 * <p>What is wanted is counted: a value that no counter can have is no zero, and makes the page
 * unreadable, for a pod whose failures are not a number would else look as if it had none.
 *
 * <p>The buckets of native histograms are not in it: they are exposed in Prometheus' {@linkplain
 * Families protobuf format} alone. A library that has both kinds exposes the classic buckets here.
 */
public final class Exposition {
  /** Gets each series that is wanted. */
  @FunctionalInterface
  public interface Sink {
    void series(String name, Map<String, String> labels, double value);
  }

  private final String text;
  private final int end;
  private int at;

  private Exposition(String text, int from, int end) {
    this.text = text;
    this.at = from;
    this.end = end;
  }

  /**
   * @param wanted by name
   * @throws IllegalArgumentException if a series that is wanted cannot be read: then nothing of the
   *     page can be relied on
   */
  public static void read(String text, Predicate<String> wanted, Sink sink) {
    int from = 0;
    while (from < text.length()) {
      int newline = text.indexOf('\n', from);
      int end = newline < 0 ? text.length() : newline;
      new Exposition(text, from, end).line(wanted, sink);
      from = end + 1;
    }
  }

  private void line(Predicate<String> wanted, Sink sink) {
    blanks();
    int from = at;
    while (at < end && isName(text.charAt(at))) {
      at++;
    }
    String name = text.substring(from, at);
    if (name.isEmpty() || !wanted.test(name)) {
      return;
    }
    Map<String, String> labels = at < end && text.charAt(at) == '{' ? labels() : Map.of();
    blanks();
    sink.series(name, labels, counted(name, value()));
  }

  /**
   * A value that a counter can have; a level may be anything, and is looked at where it is used.
   */
  static double counted(String name, double value) {
    if (!Levels.tells(name) && (!Double.isFinite(value) || value < 0)) {
      throw new IllegalArgumentException("%s is %s, which is no count".formatted(name, value));
    }
    return value;
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    at++;
    while (true) {
      while (at < end && (isBlank(text.charAt(at)) || text.charAt(at) == ',')) {
        at++;
      }
      if (at < end && text.charAt(at) == '}') {
        at++;
        return labels;
      }
      int from = at;
      while (at < end && isName(text.charAt(at))) {
        at++;
      }
      String label = text.substring(from, at);
      blanks();
      need('=');
      blanks();
      need('"');
      labels.put(label, quoted());
    }
  }

  /** Only these three escapes exist; anything else behind a backslash stands for itself. */
  private String quoted() {
    StringBuilder value = new StringBuilder();
    while (at < end) {
      char c = text.charAt(at++);
      if (c == '"') {
        return value.toString();
      }
      if (c == '\\' && at < end) {
        char escaped = text.charAt(at++);
        switch (escaped) {
          case 'n' -> value.append('\n');
          case '\\', '"' -> value.append(escaped);
          default -> value.append(c).append(escaped);
        }
      } else {
        value.append(c);
      }
    }
    throw unreadable("a label's value has no end");
  }

  private double value() {
    int from = at;
    while (at < end && !isBlank(text.charAt(at))) {
      at++;
    }
    return number(text.substring(from, at));
  }

  /** A number as Prometheus writes it, the infinities included. */
  static double number(String written) {
    return switch (written) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(written);
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("\"" + written + "\" is no number", e);
        }
      }
    };
  }

  private void need(char wanted) {
    if (at >= end || text.charAt(at) != wanted) {
      throw unreadable("there is no " + wanted + " where one must be");
    }
    at++;
  }

  private void blanks() {
    while (at < end && isBlank(text.charAt(at))) {
      at++;
    }
  }

  private IllegalArgumentException unreadable(String why) {
    return new IllegalArgumentException("a series cannot be read, " + why);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  private static boolean isName(char c) {
    return c == '_'
        || c == ':'
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9');
  }
}
