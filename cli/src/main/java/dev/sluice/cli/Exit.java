package dev.sluice.cli;

/** What the exit code of the program says. */
public final class Exit {
  public static final int SUCCEEDED = 0;

  /** Aborted, or a check failed. */
  public static final int FAILED = 1;

  /** Bad input or usage. */
  public static final int USAGE = 2;

  /** Held, or timed out. */
  public static final int HELD = 3;

  /** Could not reach what it needs. */
  public static final int UNREACHABLE = 4;

  private Exit() {}
}
