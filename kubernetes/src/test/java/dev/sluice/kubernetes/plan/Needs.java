package dev.sluice.kubernetes.plan;

import dev.sluice.api.PolicySpec;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;

/** A Deployment of four pods of which a release needs eight. */
final class Needs {
  private Needs() {}

  static Workload workload() {
    PolicySpec.RouteRef route = new PolicySpec.RouteRef("orders", Optional.empty(), List.of());
    return new Workload(
        "shop",
        "orders",
        "orders",
        List.of("orders"),
        Optional.of(
            new PolicySpec.Route(
                Optional.of(new PolicySpec.Gateway(List.of(route), List.of())), Optional.empty())),
        Optional.empty(),
        Marks.POLICY);
  }

  static Need ofPods(String spec) {
    return new Need(
        workload(),
        read(
            Deployment.class,
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: orders, namespace: shop }
            spec:
              replicas: 4
              selector: { matchLabels: { app: orders } }
              template:
                metadata: { labels: { app: orders } }
                spec: %s
            """
                .formatted(spec)),
        8);
  }

  /** 500m and 256Mi each. */
  static Need usual() {
    return ofPods(
        "{ containers: [{ name: app, resources: { requests: { cpu: 500m, memory: 256Mi } } }] }");
  }

  static <T extends HasMetadata> T read(Class<T> kind, String yaml) {
    return Serialization.unmarshal(yaml, kind);
  }

  static List<String> blocking(List<Obstacle> all) {
    return all.stream().filter(Obstacle::blocks).map(Obstacle::sentence).toList();
  }
}
