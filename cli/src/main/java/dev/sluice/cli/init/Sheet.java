package dev.sluice.cli.init;

import java.util.ArrayList;
import java.util.List;

/** A policy that is being written, line by line, and what is to be said at once as well. */
final class Sheet {
  private static final String LINE = "\n";

  private final List<String> lines = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** What somebody else wrote must not end a comment. */
  void line(String form, Object... parts) {
    lines.add(form.formatted(parts).replaceAll("\\p{Cntrl}", " "));
  }

  /** Said twice: in the file, for whoever reads it later, and now. */
  void note(String sentence) {
    notes.add(sentence);
    line("  # - %s", sentence);
  }

  String text() {
    return String.join(LINE, lines) + LINE;
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
