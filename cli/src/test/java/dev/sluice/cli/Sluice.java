package dev.sluice.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What the program said and how it ended. */
public record Sluice(int exit, String out, String err) {
  /** Runs one command in this process. */
  public static Sluice run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Sluice(exit, out.toString(), err.toString());
  }

  /** The last line of what was printed. */
  public String lastLine() {
    return out.lines().reduce("", (_, line) -> line);
  }
}
