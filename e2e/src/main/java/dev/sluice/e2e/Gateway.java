package dev.sluice.e2e;

import java.net.URI;
import java.time.Duration;

/**
 * Contour and Envoy in front of a cluster. Routes name {@code parentRefs: [{name: edge, namespace:
 * projectcontour}]}; nobody listens before the first one is there.
 */
public final class Gateway implements Edge, AutoCloseable {
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

  /** Of port 80. */
  @Override
  public URI listener() {
    return cluster
        .attached()
        .map(Attached::listener)
        .orElseGet(() -> URI.create("http://%s:8080".formatted(address)));
  }

  @Override
  public String route() {
    return "HTTPRoute";
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

  @Override
  public void close() {
    if (cluster.attached().isEmpty()) {
      cluster.scripts().run(Duration.ofMinutes(1), "gateway/down.sh");
    }
  }
}
