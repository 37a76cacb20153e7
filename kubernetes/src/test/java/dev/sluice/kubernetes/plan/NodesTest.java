package dev.sluice.kubernetes.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodesTest {
  private static final String APART =
      """
      { containers: [{ name: app }], affinity: { podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: orders } }%s }] } } }""";

  @Test
  void four_more_pods_of_half_a_core_need_two_cores_that_nobody_has_asked_for() {
    List<Node> nodes = List.of(node("a", "2", ""), node("b", "2", ""));

    assertThat(Nodes.of(Needs.usual(), nodes, List.of(pod("a", "1"), pod("b", "1")))).isEmpty();
    assertThat(
            Needs.blocking(
                Nodes.of(Needs.usual(), nodes, List.of(pod("a", "1"), pod("b", "1200m")))))
        .singleElement()
        .asString()
        .startsWith("2 nodes take these pods")
        .contains("room for 3 more", "needs 4 more");
  }

  @Test
  void a_node_that_keeps_these_pods_out_has_no_room_for_them() {
    String taint = "taints: [{ key: gpu, effect: NoSchedule }]";
    List<Node> nodes = List.of(node("a", "1", ""), node("b", "8", taint));

    assertThat(Nodes.of(Needs.usual(), nodes, List.of())).hasSize(1);
    assertThat(
            Nodes.of(
                Needs.ofPods(
                    "{ tolerations: [{ key: gpu, operator: Exists }], containers: [{ name: app }] }"),
                nodes,
                List.of()))
        .isEmpty();
    assertThat(
            Nodes.of(
                Needs.ofPods("{ nodeSelector: { disk: fast }, containers: [{ name: app }] }"),
                nodes,
                List.of()))
        .hasSize(1);
  }

  @Test
  void pods_that_keep_apart_need_a_node_for_each_of_both_versions() {
    List<Node> five = new ArrayList<>();
    List.of("a", "b", "c", "d", "e").forEach(n -> five.add(node(n, "4", "")));

    assertThat(Needs.blocking(Nodes.of(Needs.ofPods(APART.formatted("")), five, List.of())))
        .singleElement()
        .asString()
        .contains("need 8 of them, and 5 take these pods");
    assertThat(
            Nodes.of(
                Needs.ofPods(APART.formatted(", matchLabelKeys: [pod-template-hash]")),
                five,
                List.of()))
        .as("each version keeps apart by itself")
        .isEmpty();
  }

  private static Node node(String name, String cores, String spec) {
    return Needs.read(
        Node.class,
        """
        metadata: { name: %1$s, labels: { kubernetes.io/hostname: %1$s } }
        spec: { %3$s }
        status: { allocatable: { cpu: '%2$s', memory: 16Gi, pods: '110' } }
        """
            .formatted(name, cores, spec));
  }

  private static Pod pod(String node, String cores) {
    return Needs.read(
        Pod.class,
        """
        metadata: { name: other }
        spec: { nodeName: %s, containers: [{ name: app, resources: { requests: { cpu: %s } } }] }
        status: { phase: Running }
        """
            .formatted(node, cores));
  }
}
