package dev.sluice.probes.notify;

/** Hears what became of notifications, on the receivers' threads. */
public interface Heard {
  /** What became of one of them. */
  enum Result {
    SENT,
    FAILED,
    DROPPED
  }

  /**
   * @param kind of the receiver, as a policy writes it
   */
  void counted(String kind, Result result);

  /** What is wrong with a receiver, once for as long as it stays so. */
  void says(String sentence);
}
