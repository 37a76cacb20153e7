package dev.sluice.operator;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands in the way, said once for as long as it stays. */
final class Troubles {
  enum Part {
    OBSERVER,
    UNDONE,
    EVIDENCE,
    SILENT_SOURCES,
    STORE,
    RECORD,
    REFUSED,
    PENDING,
    RESTLESS
  }

  private final Listener listener;
  private final Map<Part, String> now = new EnumMap<>(Part.class);

  Troubles(Listener listener) {
    this.listener = listener;
  }

  void say(Part part, String sentence) {
    if (!sentence.equals(now.put(part, sentence))) {
      listener.troubled(sentence);
    }
  }

  void over(Part part) {
    now.remove(part);
  }

  void keep(Part part, Optional<String> sentence) {
    sentence.ifPresentOrElse(said -> say(part, said), () -> over(part));
  }

  List<String> sentences() {
    return List.copyOf(now.values());
  }

  static String cause(Throwable thrown) {
    Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
