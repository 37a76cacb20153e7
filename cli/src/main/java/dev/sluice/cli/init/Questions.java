package dev.sluice.cli.init;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;

/** What only a person knows. Each question has an answer that Enter gives. */
interface Questions {
  /** Whether anybody is there. */
  boolean somebody();

  /**
   * Asks until there is an answer that can be read, a few times at most.
   *
   * @param enter what Enter means, in words
   * @param read the answer's meaning; empty: it cannot be read
   * @param otherwise what Enter means
   */
  <T> T ask(String question, String enter, Function<String, Optional<T>> read, T otherwise);

  default boolean yes(String question, boolean enter) {
    return ask(
        question,
        enter ? "yes" : "no",
        said ->
            switch (said.toLowerCase(Locale.ROOT)) {
              case "y", "yes" -> Optional.of(true);
              case "n", "no" -> Optional.of(false);
              default -> Optional.empty();
            },
        enter);
  }

  /** Whoever sits there: input and error output are terminals; a file may get the policy. */
  static Questions atTerminal(PrintWriter err) {
    return isTerminal()
        ? new Terminal(
            new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())), err)
        : new Nobody();
  }

  private static boolean isTerminal() {
    try {
      TerminalProvider provider = TerminalProvider.load("ffm");
      return provider.isSystemStream(SystemStream.Input)
          && provider.isSystemStream(SystemStream.Error);
    } catch (IOException | RuntimeException | LinkageError e) {
      // Nobody can be asked where nobody can be seen.
      return false;
    }
  }

  /** Everything is as Enter would have it. */
  record Nobody() implements Questions {
    @Override
    public boolean somebody() {
      return false;
    }

    @Override
    public <T> T ask(
        String question, String enter, Function<String, Optional<T>> read, T otherwise) {
      return otherwise;
    }
  }

  /** A person who reads the error output, for what is written to the other is the policy. */
  record Terminal(BufferedReader in, PrintWriter err) implements Questions {
    private static final int TIMES = 3;

    @Override
    public boolean somebody() {
      return true;
    }

    @Override
    public <T> T ask(
        String question, String enter, Function<String, Optional<T>> read, T otherwise) {
      for (int i = 0; i < TIMES; i++) {
        err.printf("%s [%s] ", question, enter);
        err.flush();
        String said = line();
        if (said.isEmpty()) {
          return otherwise;
        }
        Optional<T> answer = read.apply(said);
        if (answer.isPresent()) {
          return answer.get();
        }
        err.println("That was not understood; Enter means: " + enter + ".");
      }
      return otherwise;
    }

    /** Who has gone away says what Enter says. */
    private String line() {
      try {
        String said = in.readLine();
        return said == null ? "" : said.strip();
      } catch (IOException e) {
        return "";
      }
    }
  }
}
