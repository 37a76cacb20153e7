package dev.sluice.probes.notify;

import dev.sluice.probes.secret.SecretSource.Unreadable;

/** A way to one receiver. */
interface Channel {
  /** One try; it has a deadline. */
  Outcome send(Notice notice) throws InterruptedException;

  /**
   * Reads all Secrets that it takes, and sends nothing: who lacks a right hears of it before the
   * night in which it counts.
   */
  void ready() throws Unreadable;
}
