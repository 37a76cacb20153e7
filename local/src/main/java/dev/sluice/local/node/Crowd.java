package dev.sluice.local.node;

/** The users: open-loop load on the proxy's port. */
interface Crowd extends AutoCloseable {
  /**
   * @param perSecond requests/s from now on; 0: nobody comes
   */
  void rate(double perSecond);

  /** What the users say happened to them, as JSON. */
  String accounts();

  @Override
  void close();
}
