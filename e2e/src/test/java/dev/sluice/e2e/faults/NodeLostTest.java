package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Accounts;
import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Half of the pods of both versions are gone with their node, and nobody says goodbye. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(420)
class NodeLostTest {
  private static final String NODE = "node2";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** A gateway knows a moment after the API server who is not there any more. */
  private static final Duration HEARD = Duration.ofSeconds(2);

  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: half, weight: 50, min: 3s, approve: After }
          bake: 4s
      drain: 1s
      keepWarm: 2s
      analysis: { arm: Always }
      """;

  @RegisterExtension
  static final RealCluster cluster = RealCluster.withSluice(Options.SMALL.withNodes(2));

  @Test
  void the_release_says_what_it_lost_and_goes_on_when_that_is_made_up_for() {
    try (ReleasedShop shop = cluster.open("node-lost")) {
      shop.breaks("lost"); // by the node, until its pods are no endpoints any more
      shop.shop().deploy(Edition.of("v1"), NodeLostTest::spread);
      shop.shop().awaitRolledOut();
      shop.adopt(SPEC);
      shop.comeUsers(50);
      shop.shop().deploy(Edition.of("v2"), NodeLostTest::spread);
      shop.awaitReason(1, "approval");
      int before = shop.pods().size();
      long there = onNode(shop).count();
      assertThat(there).as("pods on " + NODE).isBetween(1L, before - 1L);

      Instant lost = Instant.now();
      assertThat(cluster.kubelab().process(NODE).destroyForcibly()).isTrue();
      Await.until(
          "nobody is sent to " + NODE, PATIENCE, () -> onNode(shop).noneMatch(NodeLostTest::ready));
      Instant removed = Instant.now();
      shop.awaitReason(1, "candidate-lost-pods");
      System.out.printf(
          "%d of %d pods lost; no endpoints any more after %d s; %s: %s%n",
          there,
          before,
          Duration.between(lost, removed).toSeconds(),
          shop.condition(1),
          shop.message(1));

      shop.awaitReason(1, "approval");
      System.out.printf(
          "made up for after %d s%n", Duration.between(lost, Instant.now()).toSeconds());
      shop.command("Approve", 1);
      assertThat(shop.awaitEnd(1)).as(shop.decisions(1).toString()).isEqualTo("Succeeded");
      Await.until("four pods are left", PATIENCE, () -> shop.pods().size() == 4);
      assertThat(shop.shop().served()).contains("v2");

      Accounts users = shop.leave().values().iterator().next();
      Accounts meanwhile = users.since(lost).before(removed.plus(HEARD));
      System.out.printf(
          "lost with the node: %d of %d (%s); besides: %d of %d%n",
          meanwhile.lost(),
          meanwhile.sent(),
          meanwhile.losses(),
          users.lost() - meanwhile.lost(),
          users.sent() - meanwhile.sent());
      assertThat(users.lost() - meanwhile.lost()).as("lost by anything else").isZero();
      assertThat(meanwhile.lost())
          .as("no more than went to the pods that were there")
          .isLessThanOrEqualTo(Math.round(1.2 * meanwhile.sent() * there / before));
    }
  }

  private static Stream<Pod> onNode(ReleasedShop shop) {
    List<Pod> all =
        cluster.kubelab().admin().pods().inNamespace(shop.namespace()).list().getItems();
    return all.stream().filter(p -> NODE.equals(p.getSpec().getNodeName()));
  }

  private static boolean ready(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /**
   * Over both nodes, and not waited for long on one that is lost: a minute is enough for a test.
   */
  private static Deployment spread(Deployment plain) {
    return plain
        .edit()
        .editSpec()
        .editTemplate()
        .editSpec()
        .addNewTopologySpreadConstraint()
        .withMaxSkew(1)
        .withTopologyKey("kubernetes.io/hostname")
        .withWhenUnsatisfiable("ScheduleAnyway")
        .withNewLabelSelector()
        .addToMatchLabels("app", "order-service")
        .endLabelSelector()
        .withMatchLabelKeys("pod-template-hash")
        .endTopologySpreadConstraint()
        .addNewToleration("NoExecute", "node.kubernetes.io/not-ready", "Exists", 5L, null)
        .addNewToleration("NoExecute", "node.kubernetes.io/unreachable", "Exists", 5L, null)
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
