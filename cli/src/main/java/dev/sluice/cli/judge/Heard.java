package dev.sluice.cli.judge;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;

/** What a print writer swallows, said: that nobody reads any more. */
final class Heard extends FilterWriter {
  private final PrintWriter to;

  Heard(PrintWriter to) {
    super(to);
    this.to = to;
  }

  @Override
  public void flush() throws IOException {
    if (to.checkError()) {
      throw new IOException("Nobody reads the answers any more.");
    }
  }
}
