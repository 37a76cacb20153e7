package dev.sluice.operator;

import java.io.IOException;

/** There is a state that this program must not touch; the message says why and what to do. */
public final class StateRefused extends IOException {
  private static final long serialVersionUID = 1;

  public StateRefused(String message) {
    super(message);
  }
}
