package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Contour and Envoy in front of a cluster. Routes name {@code parentRefs: [{name: edge, namespace:
 * projectcontour}]}; nobody listens before the first one is there.
 */
public final class Gateway implements AutoCloseable {
  private static final int ASK_MILLIS = 2000;

  private final Kubelab cluster;
  private final String address;

  private Gateway(Kubelab cluster) {
    this.cluster = cluster;
    this.address = "127.77.%d.1".formatted(cluster.options().cluster());
  }

  /** It serves, and its Gateway is programmed, when this returns. */
  public static Gateway start(Kubelab cluster) {
    if (cluster.attached().isEmpty()) {
      cluster.scripts().run(Duration.ofMinutes(2), "gateway/up.sh");
    }
    return new Gateway(cluster);
  }

  /** Where users come in: the listener of port 80. */
  public URI listener() {
    return cluster
        .attached()
        .map(Attached::listener)
        .orElseGet(() -> URI.create("http://%s:8080".formatted(address)));
  }

  /** Envoy's counters as Prometheus reads them. */
  public URI stats() {
    return cluster
        .attached()
        .map(Attached::stats)
        .orElseGet(() -> URI.create("http://%s:18002/stats/prometheus".formatted(address)));
  }

  /**
   * A process of it; where it is this run's own.
   *
   * @param name {@code contour} or {@code envoy}
   */
  public ProcessHandle process(String name) {
    return Scripts.process(
        Scripts.home()
            .resolve("gateway" + cluster.options().cluster())
            .resolve("pid")
            .resolve(name));
  }

  /**
   * Asks once, by a plain socket: the JDK's client lets nobody choose the host that is asked for.
   *
   * @return that header of the answer; empty: no answer, or none with it
   */
  Optional<String> header(String host, String path, String name) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(ASK_MILLIS);
      socket.connect(new InetSocketAddress(listener().getHost(), listener().getPort()), ASK_MILLIS);
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

  @Override
  public void close() {
    if (cluster.attached().isEmpty()) {
      cluster.scripts().run(Duration.ofMinutes(1), "gateway/down.sh");
    }
  }
}
