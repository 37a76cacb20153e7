package dev.sluice.cli.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of words under each other; the last column is as long as it is. */
public final class Columns {
  /** What stands where nothing is known. */
  public static final String NOTHING = "–";

  private static final String GAP = "   ";

  private final List<List<String>> rows = new ArrayList<>();

  public Columns(List<String> head) {
    rows.add(List.copyOf(head));
  }

  public void add(List<String> row) {
    rows.add(List.copyOf(row));
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream()
        .map(row -> line(row, widths))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length - 1; i++) {
      line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length()).append(GAP);
    }
    return line.append(row.getLast()).toString();
  }
}
