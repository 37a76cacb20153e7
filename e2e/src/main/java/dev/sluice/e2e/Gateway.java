package dev.sluice.e2e;

import java.net.URI;
import java.time.Duration;

/**
 * Contour and Envoy in front of a cluster. Routes name {@code parentRefs: [{name: edge, namespace:
 * projectcontour}]}; nobody listens before the first one is there.
 */
public final class Gateway implements AutoCloseable {
  private final Kubelab cluster;
  private final String address;

  private Gateway(Kubelab cluster) {
    this.cluster = cluster;
    this.address = "127.77.%d.1".formatted(cluster.options().cluster());
  }

  /** It serves, and its Gateway is programmed, when this returns. */
  public static Gateway start(Kubelab cluster) {
    cluster.scripts().run(Duration.ofMinutes(2), "gateway/up.sh");
    return new Gateway(cluster);
  }

  /** Where users come in: the listener of port 80. */
  public URI listener() {
    return URI.create("http://%s:8080".formatted(address));
  }

  /** Envoy's counters as Prometheus reads them. */
  public URI stats() {
    return URI.create("http://%s:18002/stats/prometheus".formatted(address));
  }

  @Override
  public void close() {
    cluster.scripts().run(Duration.ofMinutes(1), "gateway/down.sh");
  }
}
