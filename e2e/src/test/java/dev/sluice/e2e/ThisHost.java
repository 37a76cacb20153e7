package dev.sluice.e2e;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;

/** The machine that the lab runs on, as pods see it. */
final class ThisHost {
  private ThisHost() {}

  static Inet4Address address() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .map(Inet4Address.class::cast)
        .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress())
        .findFirst()
        .orElseThrow(() -> new IOException("This host has loopback addresses alone."));
  }
}
