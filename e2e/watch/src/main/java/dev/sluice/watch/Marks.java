package dev.sluice.watch;

/** What Sluice writes into users' objects, as the design says it. */
final class Marks {
  static final String PREFIX = "sluice.dev/";
  static final String POLICY = PREFIX + "policy";

  /** The same of a release that runs without an operator. */
  static final String RUN = PREFIX + "run";

  static final String HELD = PREFIX + "held";

  /** Of a Deployment that is kept paused while it is adopted: what it was before. */
  static final String BEFORE = PREFIX + "before";

  static final String PIN = PREFIX + "pin";
  static final String SPLIT = PREFIX + "split";
  static final String MATCH = PREFIX + "match";
  static final String TRACK = PREFIX + "track";
  static final String HASH = "pod-template-hash";

  private Marks() {}
}
