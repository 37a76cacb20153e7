package dev.sluice.api;

import java.util.List;

/** What came of reading a file: what it says, or everything that is wrong with it. */
public sealed interface Parsed<T> {
  /** Without mistakes, defaults filled in. */
  record Ok<T>(T value) implements Parsed<T> {}

  /** At least one mistake, in the order of the file. */
  record Bad<T>(List<Problem> problems) implements Parsed<T> {
    public Bad {
      problems = List.copyOf(problems);
    }
  }

  static <T> Parsed<T> of(T value, Problems problems) {
    return problems.none() ? new Ok<>(value) : new Bad<>(problems.list());
  }
}
