package dev.sluice.probes.gateway;

/** What a series of a gateway counts. */
enum Kind {
  /** Requests that were answered, and not with a failure. */
  ANSWERED,
  /** Requests that failed, or whose client gave up, each once. */
  FAILED,
  /** Requests that the gateway let go of, whether or not it answered them itself. */
  LET_GO,
  /** Those among them that it answered itself, and that are therefore among the failed. */
  TIMED_OUT;

  /**
   * By the status that the client got. A gateway writes 499 or 0 where the client was gone before
   * there was one: whoever hangs is found out by it, wherever clients are less patient than the
   * route.
   */
  static Kind ofStatus(String status) {
    return status.startsWith("5") || status.equals("499") || status.equals("0") ? FAILED : ANSWERED;
  }
}
