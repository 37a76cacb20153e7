package dev.sluice.local.node;

import dev.sluice.local.load.Accounts;
import dev.sluice.local.load.Load;

/** The load generator as the node's users. */
record LoadCrowd(Load load) implements Crowd {
  @Override
  public void rate(double perSecond) {
    load.rate(perSecond);
  }

  @Override
  public Accounts accounts() {
    return load.accounts();
  }

  @Override
  public void close() {
    load.close();
  }
}
