package dev.sluice.cli.lab;

import dev.sluice.operator.Decided;

/** Shows what goes on. */
public interface Progress extends AutoCloseable {
  /** What the lab itself does. */
  void says(String sentence);

  /** A decision was made. */
  void decided(Decided decision);

  /** A look was taken. */
  void stands(Standing standing);

  @Override
  void close();
}
