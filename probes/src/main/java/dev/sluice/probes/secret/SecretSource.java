package dev.sluice.probes.secret;

import dev.sluice.api.SecretKey;
import java.io.IOException;

/** Reads Secrets, each time anew: what is in them changes. */
public interface SecretSource {
  /**
   * The value.
   *
   * @throws Unreadable with a sentence without it
   */
  String read(SecretKey secret) throws Unreadable;

  /** A Secret's value cannot be had, or cannot be used. */
  final class Unreadable extends IOException {
    private final boolean again;

    /**
     * @param sentence what is wrong and what to do; nothing of the value
     * @param again whether it may be otherwise a moment later
     */
    public Unreadable(String sentence, boolean again) {
      super(sentence);
      this.again = again;
    }

    /** Whether it may be otherwise a moment later. */
    public boolean again() {
      return again;
    }

    /** What is wrong and what to do. */
    public String sentence() {
      return String.valueOf(getMessage());
    }
  }
}
