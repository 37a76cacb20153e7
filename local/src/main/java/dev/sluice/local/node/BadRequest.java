package dev.sluice.local.node;

/** What was asked makes no sense; the message says what was seen and what to send instead. */
final class BadRequest extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadRequest(String message) {
    super(message);
  }
}
