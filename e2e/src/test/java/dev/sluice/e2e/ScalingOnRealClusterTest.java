package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods come and go in mid-release for reasons of others: a real autoscaler, a drain of a node. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(420)
class ScalingOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: half, weight: 50, min: 3s, approve: After }
          bake: 4s
      drain: 1s
      keepWarm: 0s
      analysis: { arm: Always }
      """;

  @RegisterExtension
  static final RealCluster cluster =
      RealCluster.withSluice(Options.SMALL.withNodes(2).withMetrics());

  @Test
  void an_autoscaler_grows_and_shrinks_the_service_in_mid_release() {
    try (ReleasedShop shop = cluster.open("autoscaled")) {
      shop.adopt(SPEC);
      shop.comeUsers(60);
      shop.shop().apply(autoscaler(shop.namespace(), 1));
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReason(1, "approval");
      Await.until("it has grown to 7", PATIENCE, () -> replicas(shop) == 7);
      Await.until("stable has, too", PATIENCE, () -> shop.pinned().size() >= 7);
      shop.shop().apply(autoscaler(shop.namespace(), 10_000));
      Map<String, Object> asked = autoscalers(shop);
      Await.until("it has shrunk to 4", PATIENCE, () -> replicas(shop) == 4);

      shop.command("Approve", 1);
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(shop.decisions(1))
          .as("more pods were needed, none were lost")
          .noneMatch(decision -> decision.startsWith("candidate-lost-pods"));
      Await.until("four pods are left", PATIENCE, () -> shop.pods().size() == 4);
      assertThat(shop.shop().served()).contains("v2");
      assertThat(autoscalers(shop)).as("the user's own, untouched").isEqualTo(asked);
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  private static Map<String, Object> autoscalers(ReleasedShop shop) {
    Map<String, Object> written = shop.written();
    written.keySet().removeIf(key -> !key.startsWith("HorizontalPodAutoscaler"));
    assertThat(written).hasSize(3);
    return written;
  }

  @Test
  void a_node_is_drained_in_mid_release() {
    try (ReleasedShop shop = cluster.open("drained")) {
      shop.adopt(SPEC.replace("bake: 4s", "bake: 20s"));
      shop.comeUsers(60);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReason(1, "approval");
      List<String> nodes =
          cluster.kubelab().admin().nodes().list().getItems().stream()
              .map(node -> node.getMetadata().getName())
              .toList();
      Kubectl kubectl = Kubectl.admin(cluster.kubelab(), shop.namespace());
      drain(kubectl, nodes.getLast(), "--timeout=50s");
      kubectl.run("uncordon", nodes.getLast());

      shop.command("Approve", 1);
      shop.awaitPhase(1, "Baking");
      Await.until("it has flipped", PATIENCE, () -> shop.pinned().size() == 4);
      for (String node : nodes) {
        drain(kubectl, node, "--timeout=20s", "--dry-run=server");
      }
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      Await.until("four pods are left", PATIENCE, () -> shop.pods().size() == 4);
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  private static void drain(Kubectl kubectl, String node, String... more) {
    List<String> words = new ArrayList<>(List.of("drain", node));
    words.addAll(List.of("--ignore-daemonsets", "--delete-emptydir-data", "--force"));
    words.addAll(List.of(more));
    kubectl.run(words.toArray(String[]::new));
  }

  private static int replicas(ReleasedShop shop) {
    return shop.shop().deployment().getSpec().getReplicas();
  }

  /**
   * @param target per cent of the CPU that a pod asks for: 1 grows it, 10,000 shrinks it
   */
  private static HorizontalPodAutoscaler autoscaler(String namespace, int target) {
    return cluster
        .kubelab()
        .admin()
        .getKubernetesSerialization()
        .unmarshal(
            """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: { name: order-service, namespace: %s }
            spec:
              scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: order-service }
              minReplicas: 4
              maxReplicas: 7
              metrics:
                - type: Resource
                  resource: { name: cpu, target: { type: Utilization, averageUtilization: %d } }
              behavior:
                scaleDown: { stabilizationWindowSeconds: 0 }
                scaleUp: { stabilizationWindowSeconds: 0 }
            """
                .formatted(namespace, target),
            HorizontalPodAutoscaler.class);
  }
}
