package dev.sluice.local.node;

import java.util.Map;

/** The proxy in front of the pods. */
interface Gateway extends AutoCloseable {
  /** From the next request on; when it returns no request is divided the old way any more. */
  void route(Routes routes);

  /** Requests by the hash of the set that they were sent to, since the proxy started. */
  Map<String, Sent> sent();

  /** The port that users come to. */
  int port();

  @Override
  void close();

  /**
   * @param ordinary those that the weight alone divided: no whitelist, no cookie, no copy
   * @param all answered or lost
   * @param bad failed ones among all
   */
  record Sent(long ordinary, long all, long bad) {
    static final Sent NONE = new Sent(0, 0, 0);
  }
}
