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
 * @param ingress where its ingress-nginx is reached from here; empty: it has none
 */
record Attached(Path kubeconfig, URI listener, URI stats, Optional<Edge> ingress) {
  /** As this run was told; empty: it starts clusters of its own. */
  static Optional<Attached> told() {
    String file = System.getProperty("sluice.on", "");
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Attached(
                Path.of(file),
                uri("gateway"),
                uri("gateway.metrics"),
                property("ingress").map(url -> new At(URI.create(url)))));
  }

  private static URI uri(String what) {
    return property(what)
        .map(URI::create)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "A cluster was named by -Dsluice.on, and nobody said where its gateway is"
                        + " reached: give -Dsluice.on.gateway=URL and"
                        + " -Dsluice.on.gateway.metrics=URL."));
  }

  private static Optional<String> property(String what) {
    return Optional.of(System.getProperty("sluice.on." + what, "")).filter(p -> !p.isEmpty());
  }

  private record At(URI listener) implements Edge {
    @Override
    public String route() {
      return "Ingress";
    }
  }
}
