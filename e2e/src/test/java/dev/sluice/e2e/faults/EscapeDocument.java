package dev.sluice.e2e.faults;

import static java.util.stream.Collectors.joining;

import dev.sluice.e2e.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** What docs/escape.md tells people to do: its blocks of commands, each as it stands there. */
public final class EscapeDocument {
  private static final String FENCE = "```";
  private static final String YOURS = "NS=shop POLICY=order-service";

  /**
   * Commands of the document.
   *
   * @param section its heading; empty: before the first
   * @param why the paragraph that leads to them
   */
  private record Block(String section, String why, String commands) {}

  private final List<Block> blocks;

  private EscapeDocument(List<Block> blocks) {
    this.blocks = blocks;
  }

  /** As it is in this repository. */
  public static EscapeDocument read() {
    try {
      return new EscapeDocument(blocks(Files.readAllLines(Repository.file("docs/escape.md"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Block> blocks(List<String> lines) {
    List<Block> blocks = new ArrayList<>();
    String section = "";
    String why = "";
    String before = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.startsWith("#")) {
        section = line.replaceFirst("^#+ *", "");
      } else if (line.startsWith(FENCE)) {
        int end = i + 1;
        while (!lines.get(end).strip().startsWith(FENCE)) {
          end++;
        }
        blocks.add(
            new Block(
                section,
                why,
                lines.subList(i + 1, end).stream().map(String::strip).collect(joining("\n"))));
        i = end;
      } else if (!line.isEmpty()) {
        why = before.isEmpty() ? line : why + " " + line;
      }
      before = line;
    }
    return blocks;
  }

  /** For one policy, while its operator runs. */
  String atWork(String namespace) {
    return yours(namespace) + commands("Sluice is at work", "");
  }

  /**
   * For one policy, when no operator runs.
   *
   * @param old whether the old version is to stay
   */
  public String gone(String namespace, boolean old) {
    return yours(namespace) + commands("Sluice is gone", old ? "" : "**Only if");
  }

  /** For the cluster. */
  public String leaves() {
    return commands("Sluice leaves the cluster", "");
  }

  /** For the cluster, when its admission policies went with the chart. */
  public String withoutHooks() {
    return commands("After helm uninstall --no-hooks", "");
  }

  private String yours(String namespace) {
    String first = blocks.getFirst().commands();
    if (!first.contains(YOURS)) {
      throw new AssertionError("docs/escape.md does not begin with " + YOURS + " any more.");
    }
    return first.replace(YOURS, "NS=" + namespace + " POLICY=order-service") + "\n";
  }

  /**
   * @param without what a paragraph contains whose commands are left out; empty: none
   */
  private String commands(String section, String without) {
    String all =
        blocks.stream()
            .filter(b -> b.section().equals(section))
            .filter(b -> without.isEmpty() || !b.why().contains(without))
            .map(Block::commands)
            .collect(joining("\n"));
    if (all.isEmpty()) {
      throw new AssertionError("docs/escape.md says nothing under \"" + section + "\" any more.");
    }
    return all + "\n";
  }
}
