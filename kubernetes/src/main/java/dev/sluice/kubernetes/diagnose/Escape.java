package dev.sluice.kubernetes.diagnose;

import dev.sluice.kubernetes.YamlFile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The way out without Sluice, as docs/escape.md has it: this build carries the document itself, so
 * that what is printed is what is tested there. Explanations become a shell's comments.
 *
 * @param lines of the document
 */
public record Escape(List<String> lines) {
  private static final String GONE = "## Sluice is gone";
  private static final String LEAVES = "## Sluice leaves the cluster";
  private static final String FENCE = "```";

  /** What only somebody who has the old manifests can do. */
  private static final String OLD = "**Only if the old version is to stay:**";

  public Escape {
    lines = List.copyOf(lines);
  }

  public static Escape document() {
    return new Escape(YamlFile.beside(Escape.class, "escape.md").text().lines().toList());
  }

  /** For one policy: pins off, policies off, resume. A script that ends with nothing left of it. */
  public String of(String namespace, String policy) {
    return "NS=%s POLICY=%s\n%s".formatted(namespace, policy, script(GONE));
  }

  /** For the cluster, when that is done for every policy; to be read, and run by hand. */
  public String ofCluster() {
    return script(LEAVES)
        .lines()
        .map(line -> line.startsWith("#") || line.isEmpty() ? line : "# " + line)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private String script(String section) {
    List<String> script = new ArrayList<>();
    boolean commands = false;
    boolean optional = false;
    for (String line : section(section)) {
      String text = line.strip();
      if (text.startsWith(FENCE)) {
        commands = !commands;
      } else if (commands) {
        script.add(optional ? "#   " + text : text);
      } else {
        optional = text.contains(OLD) || (optional && !text.matches("\\d+\\. .*"));
        script.add(text.isEmpty() ? "" : "# " + text);
      }
    }
    return String.join("\n", script).strip() + "\n";
  }

  private List<String> section(String heading) {
    int from = lines.indexOf(heading);
    if (from < 0) {
      throw new IllegalStateException("docs/escape.md has no section " + heading);
    }
    List<String> rest = lines.subList(from, lines.size());
    int to = 1;
    while (to < rest.size() && !rest.get(to).startsWith("## ")) {
      to++;
    }
    return rest.subList(0, to);
  }
}
