package dev.sluice.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Everything that is wrong with a file: reading goes on after the first mistake. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  public void add(Problem problem) {
    found.add(problem);
  }

  public boolean none() {
    return found.isEmpty();
  }

  /** In the order of the file's lines. */
  public List<Problem> list() {
    return found.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
  }
}
