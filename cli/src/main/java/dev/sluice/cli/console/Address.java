package dev.sluice.cli.console;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the console listens, and whether a request means it. A page of somebody else can make the
 * browser ask this address under a name of its own (DNS rebinding); it cannot make it say this
 * address.
 */
record Address(InetAddress ip, int port) {
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[0-9a-zA-Z.-]+)(?::(\\d{1,5}))?");
  private static final int MOST = 65535;
  private static final int HTTP = 80;

  /**
   * As a person writes it: {@code 127.0.0.1:8090}, {@code [::1]:8090}, {@code localhost:0}.
   *
   * @return empty: it is no address
   */
  static Optional<Address> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || form.group(2) == null || Integer.parseInt(form.group(2)) > MOST) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Address(InetAddress.getByName(form.group(1)), Integer.parseInt(form.group(2))));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Whether others than this machine may reach it. */
  boolean isForOthers() {
    return !ip.isLoopbackAddress();
  }

  Address at(int actual) {
    return new Address(ip, actual);
  }

  /** What to open. */
  String url() {
    String host = ip.isAnyLocalAddress() ? "127.0.0.1" : ip.getHostAddress();
    return "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, port);
  }

  /**
   * Whether a request that names this host means this server. A name is never taken but for
   * localhost, which no name server answers for.
   */
  boolean isMeantBy(String host) {
    Matcher form = FORM.matcher(host);
    if (!form.matches()) {
      return false;
    }
    String name = form.group(1).toLowerCase(Locale.ROOT);
    int asked = form.group(2) == null ? HTTP : Integer.parseInt(form.group(2));
    if (asked != port) {
      return false;
    }
    if (name.equals("localhost")) {
      return ip.isLoopbackAddress() || ip.isAnyLocalAddress();
    }
    return literal(name).filter(n -> ip.isAnyLocalAddress() || n.equals(ip)).isPresent();
  }

  /** Without asking a name server. */
  private static Optional<InetAddress> literal(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
