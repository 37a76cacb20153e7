package dev.sluice.probes.checks;

/** Where the key is that a request is signed by. Asked for each request: keys are changed. */
@FunctionalInterface
public interface Keys {
  /** Signs nothing. */
  Keys NONE = None::new;

  Found key() throws InterruptedException;

  /** What was found. */
  sealed interface Found {}

  /** None is wanted. */
  record None() implements Found {}

  /** It must be shown to nobody. */
  final class Key implements Found {
    private final byte[] bytes;

    public Key(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /**
   * There is none, or it must not be read: nothing is sent.
   *
   * @param why a sentence
   */
  record Lacking(String why) implements Found {}

  /** Whoever keeps it does not answer now. */
  record Unread() implements Found {}
}
