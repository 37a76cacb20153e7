package dev.sluice.cli;

import java.util.List;

/** What was asked for cannot be done; the program says why and ends with that exit code. */
public final class Failed extends Exception {
  private static final long serialVersionUID = 1;

  private final int exit;

  /**
   * @param exit see {@link Exit}
   * @param sentence for the person at the terminal: what was seen, and what to do
   */
  public Failed(int exit, String sentence) {
    super(sentence);
    this.exit = exit;
  }

  /** A file with mistakes: each gets a line. */
  public static Failed file(String name, List<?> problems) {
    StringBuilder text = new StringBuilder();
    for (Object problem : problems) {
      text.append(name).append(": ").append(problem).append('\n');
    }
    String mistakes = problems.size() == 1 ? "1 mistake" : problems.size() + " mistakes";
    return new Failed(Exit.USAGE, text + mistakes + "; nothing was started.");
  }

  /** See {@link Exit}. */
  public int exit() {
    return exit;
  }
}
