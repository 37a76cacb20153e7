package dev.sluice.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * What may come next, for {@code kubectl_complete-sluice}: a line each, and as the last one what
 * the shell should do.
 */
final class Completion {
  /** By which {@code kubectl_complete-sluice} calls it. */
  static final String COMMAND = "__complete";

  /** Offer no files instead (cobra's ShellCompDirectiveNoFileComp). */
  private static final String NO_FILES = ":4";

  private Completion() {}

  /**
   * @param words that are written so far; the last one is being written
   */
  static void print(PrintWriter out, CommandLine program, List<String> words) {
    String begun = words.isEmpty() ? "" : words.getLast();
    String[] args = words.isEmpty() ? new String[] {begun} : words.toArray(String[]::new);
    List<CharSequence> rests = new ArrayList<>();
    AutoComplete.complete(
        program.getCommandSpec(), args, args.length - 1, begun.length(), begun.length(), rests);
    rests.stream()
        .map(rest -> begun + rest)
        .filter(word -> begun.startsWith("-") || !word.startsWith("-"))
        .sorted()
        .distinct()
        .forEach(out::println);
    out.println(NO_FILES);
  }
}
