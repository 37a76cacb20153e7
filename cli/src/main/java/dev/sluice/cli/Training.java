package dev.sluice.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs several commands in one process, and shows nothing of them: what the ahead-of-time cache is
 * made from when Sluice is packaged. {@code java … dev.sluice.cli.Training get -A , get web}
 */
final class Training {
  private static final String NEXT = ",";

  private Training() {}

  public static void main(String[] args) {
    List<String> command = new ArrayList<>();
    int worst = Exit.SUCCEEDED;
    for (String word : args) {
      if (word.equals(NEXT)) {
        worst = Math.max(worst, run(command));
        command.clear();
      } else {
        command.add(word);
      }
    }
    System.exit(Math.max(worst, run(command)));
  }

  private static int run(List<String> command) {
    int exit =
        Main.run(
            new PrintWriter(Writer.nullWriter()),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            command.toArray(String[]::new));
    if (exit != Exit.SUCCEEDED) {
      System.err.println("sluice " + String.join(" ", command) + " ended with " + exit + ".");
    }
    return exit;
  }
}
