package dev.sluice.local.node;

import dev.sluice.local.load.Accounts;

/** The users: open-loop load on the proxy's port. */
interface Crowd extends AutoCloseable {
  /**
   * @param perSecond requests/s from now on; 0: nobody comes
   */
  void rate(double perSecond);

  /** What the users say happened to them. */
  Accounts accounts();

  @Override
  void close();
}
