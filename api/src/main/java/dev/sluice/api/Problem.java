package dev.sluice.api;

/**
 * One mistake in a file, said so that it can be mended without a look into the manual.
 *
 * @param line in the file, from 1; 0: of the file as a whole
 * @param path where, like {@code spec.strategy.canary.stages[2].weight}; empty: the whole document
 * @param seen what stands there
 * @param mend what to write instead
 */
public record Problem(int line, String path, String seen, String mend) {
  /** One line for people. */
  @Override
  public String toString() {
    String where = path.isEmpty() ? "" : path + " ";
    return (line > 0 ? "line " + line + ": " : "") + where + seen + "; " + mend;
  }
}
