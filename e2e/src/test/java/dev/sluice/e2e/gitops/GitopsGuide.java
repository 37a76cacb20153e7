package dev.sluice.e2e.gitops;

import dev.sluice.e2e.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What docs/guide/gitops.md promises of each tool, phase by phase. */
final class GitopsGuide {
  private static final Map<Writer, String> SECTIONS =
      Map.of(Writer.FLUX, "Flux", Writer.ARGO_CD, "Argo CD", Writer.ARGO_CD_SERVER_SIDE, "Argo CD");
  private static final Pattern PHASE = Pattern.compile("\\b[A-Z][A-Za-z]+\\b");
  private static final Pattern HEALTH =
      Pattern.compile("InProgress|Current|Failed|Healthy|Suspended|Progressing|Degraded");

  private final String text;

  private GitopsGuide(String text) {
    this.text = text;
  }

  static GitopsGuide read() {
    try {
      return new GitopsGuide(Files.readString(Repository.file("docs/guide/gitops.md")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the page shows that very command. */
  boolean shows(String command) {
    return text.lines().anyMatch(command::equals);
  }

  /**
   * What a tool may say of the whole in each phase.
   *
   * @return by phase; empty of a writer that computes no health
   */
  Map<String, Set<String>> health(Writer writer) {
    Map<String, Set<String>> all = new HashMap<>();
    for (String row : rows(SECTIONS.getOrDefault(writer, ""))) {
      List<String> cells = List.of(row.split("\\|", -1));
      Set<String> health =
          HEALTH
              .matcher(cells.get(2))
              .results()
              .map(MatchResult::group)
              .collect(Collectors.toSet());
      PHASE
          .matcher(cells.get(1).replaceAll(",? (once|while) .*", ""))
          .results()
          .forEach(
              phase -> all.computeIfAbsent(phase.group(), _ -> new HashSet<>()).addAll(health));
    }
    return all;
  }

  private List<String> rows(String section) {
    return text.lines()
        .dropWhile(line -> !line.equals("## " + section))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(
            line ->
                line.startsWith("| ") && !line.startsWith("| phase") && !line.startsWith("| ---"))
        .toList();
  }
}
