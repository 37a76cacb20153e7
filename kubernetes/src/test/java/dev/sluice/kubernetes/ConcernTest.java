package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is woken by what. */
class ConcernTest {
  private static final Concern ORDERS =
      new Concern(
          "shop", "orders", "orders-app", Set.of("orders", "orders-route", "orders-app-candidate"));

  @Test
  void a_policy_is_woken_by_what_its_spec_names_and_by_what_carries_its_label() {
    assertThat(wakes("{ kind: Deployment, apiVersion: apps/v1, metadata: { name: orders } }"))
        .isTrue();
    assertThat(
            wakes(
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: orders-route, namespace: shop }
                """))
        .isTrue();
    assertThat(
            wakes(
                """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: { name: any, namespace: shop, labels: { sluice.dev/policy: orders } }
                spec: { maxUnavailable: 1 }
                """))
        .isTrue();
  }

  @Test
  void what_is_of_another_namespace_or_policy_wakes_nobody() {
    assertThat(
            wakes(
                "{ apiVersion: v1, kind: Service, metadata: { name: orders, namespace: other },"
                    + " spec: { selector: { app: orders } } }"))
        .isFalse();
    assertThat(
            wakes(
                """
                apiVersion: v1
                kind: Service
                metadata: { name: carts, namespace: shop, labels: { sluice.dev/policy: carts } }
                spec: { selector: { app: carts } }
                """))
        .isFalse();
    assertThat(wakes("{ apiVersion: v1, kind: Pod, metadata: { name: job-1, namespace: shop } }"))
        .isFalse();
  }

  @Test
  void a_service_that_begins_to_select_the_pods_wakes_it_pinned_or_not() {
    assertThat(
            wakes(
                "{ apiVersion: v1, kind: Service, metadata: { name: late, namespace: shop },"
                    + " spec: { selector: { app: orders } } }"))
        .isTrue();
    assertThat(
            wakes(
                "{ apiVersion: v1, kind: Service, metadata: { name: late, namespace: shop },"
                    + " spec: { selector: { app: orders, pod-template-hash: abc } } }"))
        .isTrue();
    assertThat(
            wakes(
                "{ apiVersion: v1, kind: Service, metadata: { name: headless, namespace: shop },"
                    + " spec: { clusterIP: None } }"))
        .isFalse();
  }

  @Test
  void pods_wake_the_policy_of_the_deployment_that_owns_their_set() {
    assertThat(wakes(owned("Pod", "ReplicaSet", "orders-app-1"))).isTrue();
    assertThat(wakes(owned("Pod", "ReplicaSet", "carts-1"))).isFalse();
    assertThat(wakes(owned("Pod", "Job", "orders-app"))).isFalse();
    assertThat(wakes(owned("Pod", "Deployment", "orders-app"))).isTrue();
  }

  @Test
  void commands_wake_the_policy_whose_release_they_name() {
    assertThat(wakes(command("orders-7"))).isTrue();
    assertThat(wakes(command("orders-batch-7"))).isFalse();
    assertThat(wakes(command("carts-7"))).isFalse();
  }

  private static String owned(String kind, String ownerKind, String owner) {
    return """
    apiVersion: v1
    kind: %s
    metadata:
      name: any
      namespace: shop
      ownerReferences: [{ apiVersion: apps/v1, kind: %s, name: %s, uid: u }]
    """
        .formatted(kind, ownerKind, owner);
  }

  private static String command(String release) {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: ReleaseCommand
    metadata: { name: any, namespace: shop }
    spec: { release: %s, action: Abort, reason: none }
    """
        .formatted(release);
  }

  private static boolean wakes(String yaml) {
    HasMetadata object = new KubernetesSerialization().unmarshal("# YAML, not JSON\n" + yaml);
    if (object.getMetadata().getNamespace() == null) {
      object.getMetadata().setNamespace("shop");
    }
    return ORDERS.with(object, new Seen());
  }

  private static final class Seen implements Concern.Around {
    @Override
    public Optional<String> deploymentOf(String namespace, String set) {
      return set.equals("orders-app-1") ? Optional.of("orders-app") : Optional.empty();
    }

    @Override
    public Optional<Deployment> deployment(String namespace, String name) {
      return Optional.of(
          Serialization.unmarshal(
              """
              apiVersion: apps/v1
              kind: Deployment
              metadata: { name: orders-app, namespace: shop }
              spec:
                selector: { matchLabels: { app: orders } }
                template: { metadata: { labels: { app: orders, tier: web } } }
              """,
              Deployment.class));
    }
  }
}
