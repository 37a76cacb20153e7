package dev.sluice.cli.judge;

import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;

/** Hears what a release's judge reads, and writes it down until it is closed. */
public interface Recorder extends Listener, AutoCloseable {
  @Override
  default void decided(Decided entry) {
    // A judge reads counts; what is decided is what they lead to.
  }

  @Override
  void close();

  /** Writes nothing. */
  static Recorder none() {
    return () -> {
      // There is nothing to be closed.
    };
  }
}
