package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A policy that is deleted in mid-release: traffic goes back, nothing of the release is left, and
 * the Deployment is an ordinary one that rolls out what its developers asked for.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(420)
class RemovalOnRealClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 2s, max: 4s }
            - { name: half, weight: 50, min: 2s, max: 4s }
          bake: 6s
      drain: 3s
      keepWarm: 60s
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({
    "Preparing, FOREGROUND",
    "Shifting, BACKGROUND",
    "Baking, FOREGROUND",
    "HandingOver, FOREGROUND",
    "Succeeded, BACKGROUND",
    "Aborting, FOREGROUND",
    "Aborted, BACKGROUND",
  })
  void nobody_notices_and_nothing_is_left(String phase, DeletionPropagation propagation) {
    try (ReleasedShop shop = cluster.open("removed-" + phase.toLowerCase(java.util.Locale.ROOT))) {
      Map<String, Object> before = shop.written();
      shop.adopt(SPEC);
      shop.comeUsers(60);
      shop.shop().deploy(Edition.of("v2"));
      if (phase.startsWith("Abort")) {
        shop.awaitStage(1, "half");
        shop.command("Abort", 1);
      }
      shop.awaitAtOrLater(1, phase);
      shop.removePolicy(propagation);

      shop.shop().awaitRolledOut();
      Await.until("one version is left", SOON, () -> shop.pods().size() == 4);
      Set<String> pods = shop.pods();
      // What was aborted is not rolled out because nobody watches any more.
      assertThat(shop.shop().served()).contains(phase.startsWith("Abort") ? "v1" : "v2");
      assertThat(shop.leaveAndCountLost()).isZero();
      assertThat(shop.extras()).isEmpty();
      Map<String, Object> after = shop.written();
      before.remove("Deployment spec");
      after.remove("Deployment spec");
      assertThat(after).as("restored to the letter").isEqualTo(before);
      assertThat(shop.pods()).isEqualTo(pods);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_policy_that_somebody_else_keeps_for_a_while_is_gone_when_both_let_it_go() {
    try (ReleasedShop shop = cluster.open("removed-kept")) {
      shop.adopt(SPEC.replace("drain: 3s", "drain: 8s"));
      finalizers(shop, "[\"shop.example/keeps\", \"sluice.dev/leave\"]");
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitPhase(1, "Shifting");
      kubectl(shop, "delete", "releasepolicy/order-service", "--wait=false");
      shop.awaitPhase(1, "Aborting");
      finalizers(shop, "[\"sluice.dev/leave\"]");

      shop.removePolicy(DeletionPropagation.BACKGROUND);
      shop.shop().awaitRolledOut();
      assertThat(shop.shop().served()).contains("v2");
      assertThat(shop.extras()).isEmpty();
    }
  }

  private static void finalizers(ReleasedShop shop, String list) {
    String patch = "{\"metadata\":{\"finalizers\":" + list + "}}";
    kubectl(shop, "patch", "releasepolicy/order-service", "--type=merge", "-p", patch);
  }

  private static void kubectl(ReleasedShop shop, String... words) {
    Kubectl.admin(cluster.kubelab(), shop.namespace()).run(words);
  }
}
