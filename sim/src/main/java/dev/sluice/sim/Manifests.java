package dev.sluice.sim;

import dev.sluice.sim.api.Key;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;

/** What the shop's developers have in Git, with the defaults that an API server writes. */
final class Manifests {
  static final String NAMESPACE = "shop";
  static final String NAME = "orders";
  static final Key DEPLOYMENT = new Key("Deployment", NAMESPACE, NAME);
  static final Key SERVICE = new Key("Service", NAMESPACE, NAME);
  static final Key BUDGET = new Key("PodDisruptionBudget", NAMESPACE, NAME);
  static final Key ROUTE = new Key("HTTPRoute", NAMESPACE, NAME);
  static final Key POLICY = new Key("ReleasePolicy", NAMESPACE, NAME);

  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  /** How a shop releases. */
  enum Way {
    ROUTE(
        """
          route: { gateway: { httpRoutes: [{ name: orders }] } }
          strategy:
            canary:
              stages:
                - { name: small, weight: 10, min: 6s, max: 30s }
                - { name: half, weight: 50, min: 6s, max: 30s }
              bake: 10s
        """),
    REPLICAS(
        """
          strategy:
            canary:
              stages:
                - { name: some, weight: 25, min: 6s, max: 30s }
                - { name: half, weight: 50, min: 6s, max: 30s }
              bake: 10s
        """),
    BLUE_GREEN(
        """
          strategy: { blueGreen: { validate: 5s, bake: 10s } }
        """);

    private final String spec;

    Way(String spec) {
      this.spec = spec;
    }

    boolean hasRoute() {
      return this == ROUTE;
    }
  }

  private Manifests() {}

  static GenericKubernetesResource policy(Way way) {
    return JSON.unmarshal(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePolicy
        metadata: { name: orders, namespace: shop }
        spec:
          workloadRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
          services: [orders]
        %s  keepWarm: 20s
          analysis: { arm: Always, metrics: [{ preset: errors }] }
        """
            .formatted(way.spec),
        GenericKubernetesResource.class);
  }

  static List<HasMetadata> all(String image) {
    return List.of(deployment(image), service(), budget(), route());
  }

  static Deployment deployment(String image) {
    return JSON.unmarshal(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: orders, namespace: shop, labels: { app: orders } }
        spec:
          replicas: 4
          revisionHistoryLimit: 3
          selector: { matchLabels: { app: orders } }
          strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
          template:
            metadata: { labels: { app: orders } }
            spec: { containers: [{ name: orders, image: %s }] }
        """
            .formatted(image),
        Deployment.class);
  }

  private static Service service() {
    return JSON.unmarshal(
        """
        apiVersion: v1
        kind: Service
        metadata: { name: orders, namespace: shop, labels: { app: orders } }
        spec: { selector: { app: orders }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
        """,
        Service.class);
  }

  private static PodDisruptionBudget budget() {
    return JSON.unmarshal(
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: { name: orders, namespace: shop, labels: { app: orders } }
        spec: { minAvailable: 3, selector: { matchLabels: { app: orders } } }
        """,
        PodDisruptionBudget.class);
  }

  private static HTTPRoute route() {
    return JSON.unmarshal(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: orders, namespace: shop, labels: { app: orders } }
        spec:
          parentRefs: [{ name: edge }]
          rules: [{ backendRefs: [{ kind: Service, group: "", name: orders, port: 80, weight: 1 }] }]
        """,
        HTTPRoute.class);
  }

  static GenericKubernetesResource command(String action, String release, String name) {
    return JSON.unmarshal(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleaseCommand
        metadata: { name: %s, namespace: shop }
        spec: { release: %s, action: %s, reason: as told, by: dana }
        """
            .formatted(name, release, action),
        GenericKubernetesResource.class);
  }
}
