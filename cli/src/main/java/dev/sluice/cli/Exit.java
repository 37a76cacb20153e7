package dev.sluice.cli;

/** What the exit code of the program says. */
final class Exit {
  static final int SUCCEEDED = 0;
  static final int USAGE = 2;

  private Exit() {}
}
