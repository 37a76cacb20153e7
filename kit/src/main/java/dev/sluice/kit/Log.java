package dev.sluice.kit;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Structured logs: one JSON object a line on standard output. */
public final class Log {
  private Log() {}

  public static void info(String message, Map<String, ?> fields) {
    line("info", message, fields);
  }

  public static void error(String message, Map<String, ?> fields) {
    line("error", message, fields);
  }

  private static void line(String level, String message, Map<String, ?> fields) {
    Map<String, Object> all = new HashMap<>(fields);
    all.put("time", Instant.now().toString());
    all.put("level", level);
    all.put("message", message);
    System.out.println(Json.object(all));
  }
}
