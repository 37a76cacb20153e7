package dev.sluice.cli.scene;

import dev.sluice.operator.Decided;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;

/** A few lines on a terminal that are redrawn in place. */
final class LiveProgress implements Progress {
  private static final int SENTENCES = 3;

  private final Terminal terminal;
  private final Display display;
  private final boolean colours;
  private final List<String> said = new ArrayList<>();
  private List<AttributedString> frame = List.of();

  private LiveProgress(Terminal terminal, boolean colours) {
    this.terminal = terminal;
    this.display = new Display(terminal, false);
    this.colours = colours;
  }

  /**
   * @param colours no where the person has set NO_COLOR
   */
  static LiveProgress on(boolean colours) throws IOException {
    return new LiveProgress(TerminalBuilder.builder().system(true).build(), colours);
  }

  @Override
  public synchronized void says(String sentence) {
    said.add(sentence);
    draw();
  }

  @Override
  public void decided(Decided decision) {
    // The frame shows the last ones.
  }

  @Override
  public synchronized void stands(Standing standing) {
    frame = Frame.of(standing);
    draw();
  }

  private void draw() {
    Size size = terminal.getSize();
    int columns = Math.max(20, size.getColumns());
    List<AttributedString> lines = new ArrayList<>();
    for (String sentence : said.subList(Math.max(0, said.size() - SENTENCES), said.size())) {
      lines.add(new AttributedString(sentence, AttributedStyle.DEFAULT.faint()));
    }
    lines.addAll(frame);
    display.resize(Size.of(columns, Math.max(5, size.getRows())));
    display.update(
        lines.stream()
            .map(line -> line.columnSubSequence(0, columns - 1))
            .map(line -> colours ? line : new AttributedString(line.toString()))
            .toList(),
        -1);
    terminal.flush();
  }

  /** What is drawn stays; what is written next comes below it. */
  @Override
  public synchronized void close() {
    try {
      terminal.writer().println();
      terminal.flush();
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException("The terminal cannot be given back.", e);
    }
  }
}
