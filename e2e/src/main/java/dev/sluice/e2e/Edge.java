package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** Where users come in to a cluster, and the kind of object that leads them to a Service. */
public interface Edge {
  /** Where it listens for HTTP. */
  URI listener();

  /** {@code HTTPRoute} or {@code Ingress}. */
  String route();

  /**
   * Asks once, by a plain socket: the JDK's client lets nobody choose the host that is asked for.
   *
   * @return that header of the answer; empty: no answer, or none with it
   */
  default Optional<String> header(String host, String path, String name) {
    int patience = 2000;
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(patience);
      socket.connect(new InetSocketAddress(listener().getHost(), listener().getPort()), patience);
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, host);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return new String(socket.getInputStream().readAllBytes(), US_ASCII)
          .lines()
          .takeWhile(line -> !line.isEmpty())
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
