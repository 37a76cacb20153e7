package dev.sluice.kit;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Flat JSON objects of strings and numbers: all that probes and log lines need. */
public final class Json {
  private Json() {}

  /** Keys in order; numbers and booleans as they are, everything else as a string. */
  public static String object(Map<String, ?> fields) {
    return new TreeMap<String, Object>(fields)
        .entrySet().stream()
            .map(e -> quote(e.getKey()) + ":" + value(e.getValue()))
            .collect(Collectors.joining(",", "{", "}"));
  }

  private static String value(Object value) {
    return value instanceof Number || value instanceof Boolean
        ? value.toString()
        : quote(value.toString());
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < 0x20) {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
