package dev.sluice.e2e;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A cluster of somebody else's on which the tests run instead of one of their own: {@code make e2e
 * ON=FILE}. Nothing of it is started or stopped.
 *
 * @param kubeconfig names it, and an admin of it
 * @param listener where the port 80 of its Gateway {@code projectcontour/edge} is reached from here
 * @param stats where that gateway's counters are
 */
record Attached(Path kubeconfig, URI listener, URI stats) {
  /** As this run was told; empty: it starts clusters of its own. */
  static Optional<Attached> told() {
    String file = System.getProperty("sluice.on", "");
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(new Attached(Path.of(file), uri("gateway"), uri("gateway.metrics")));
  }

  private static URI uri(String what) {
    String value = System.getProperty("sluice.on." + what, "");
    if (value.isEmpty()) {
      throw new IllegalStateException(
          "A cluster was named by -Dsluice.on, and nobody said where its gateway is reached:"
              + " give -Dsluice.on.gateway=URL and -Dsluice.on.gateway.metrics=URL.");
    }
    return URI.create(value);
  }
}
