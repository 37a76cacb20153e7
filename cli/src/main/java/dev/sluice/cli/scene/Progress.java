package dev.sluice.cli.scene;

import dev.sluice.operator.Decided;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

/** Shows what goes on. */
public interface Progress extends AutoCloseable {
  /** Redrawn in place where a person sees it, lines elsewhere. */
  static Progress on(PrintWriter lines) throws IOException {
    boolean seen = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    return seen
        ? LiveProgress.on(!System.getenv().containsKey("NO_COLOR"))
        : new PlainProgress(lines);
  }

  /** What is done, or stands in the way, beside the release. */
  void says(String sentence);

  /** A decision was made. */
  void decided(Decided decision);

  /** A look was taken. */
  void stands(Standing standing);

  @Override
  void close();
}
