package dev.sluice.probes.checks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Whom a policy's author may have asked from here. */
public enum Reach {
  /** By a process of the author's own. */
  ANYWHERE,
  /**
   * By an operator: not what listens on its own pod alone, and not what answers to a node alone, as
   * the metadata services of clouds do.
   */
  NOT_THIS_HOST;

  /**
   * @throws Beyond if it is not to be asked
   */
  void check(URI url) throws IOException {
    if (this == NOT_THIS_HOST) {
      try {
        if (Arrays.stream(InetAddress.getAllByName(url.getHost())).anyMatch(Reach::isOurs)) {
          throw new Beyond();
        }
      } catch (UnknownHostException e) {
        throw new IOException("Its name is not known.", e);
      }
    }
  }

  private static boolean isOurs(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress();
  }

  /** It is out of reach. */
  static final class Beyond extends IOException {
    private static final long serialVersionUID = 1;
  }
}
