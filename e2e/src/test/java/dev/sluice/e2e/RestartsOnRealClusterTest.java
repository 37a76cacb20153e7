package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Containers that a kubelet starts again now and then, because their liveness probe fails now and
 * then, and that end in order: no answer is an error, and next to no request is lost.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(600)
class RestartsOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Of a hundred seconds without a release it knows how calm stable is. */
  private static final Duration PAST = Duration.ofSeconds(125);

  private static final int REPLICAS = 6;

  private static final String BY_REPLICAS =
      """
      strategy:
        canary:
          stages:
            - { name: most, weight: 75, min: 150s, max: 160s }
          bake: 4s
      drain: 1s
      analysis:
        arm: Always
        metrics: [{ preset: errors }, { preset: restarts }]
      """;

  private static final String BY_ROUTE =
      "route: { gateway: { httpRoutes: [{ name: order-service }] } }\n" + BY_REPLICAS;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  /** Five pods share three quarters of the callers, and four of them will do for a while. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void containers_that_are_started_again_and_again_take_a_version_back_that_answers_well() {
    try (ReleasedShop shop = open("restarts", BY_REPLICAS)) {
      shop.breaks("lost", "flapping"); // by pods that start again, and its status says so
      Set<String> pods = shop.pods();
      shop.comeCallers(30);
      Instant adopted = Instant.now();
      Await.until("there is a past", PATIENCE, () -> Instant.now().isAfter(adopted.plus(PAST)));
      shop.shop().deploy(unsteady(), RestartsOnRealClusterTest::livingByItsMetrics);
      assertThat(ended(shop)).as("%s", shop.decisions(1)).isEqualTo("Aborted");
      System.out.println(shop.decisions(1));
      assertThat(shop.decisions(1)).anyMatch(d -> d.startsWith("harm: restarts: "));
      shop.shop().deploy(Edition.of("v1"), RestartsOnRealClusterTest::livingByItsMetrics);
      shop.awaitReady();
      assertThat(shop.pods()).as("stable's pods").containsAll(pods);
      assertThat(shop.leaveAndCountLost()).as("of thousands").isLessThan(20);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void containers_that_stay_are_no_sign_of_anything() {
    try (ReleasedShop shop = open("steady", BY_REPLICAS)) {
      shop.comeCallers(30);
      shop.shop().deploy(Edition.of("v2"), RestartsOnRealClusterTest::livingByItsMetrics);
      assertThat(ended(shop)).as("%s", shop.decisions(1)).isEqualTo("Succeeded");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  /** Behind a route five pods serve what needs five: one that starts again is one too few. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void where_each_pod_is_needed_a_restart_is_a_pod_that_is_lost() {
    try (ReleasedShop shop = open("needed", BY_ROUTE)) {
      shop.breaks("lost"); // by pods that start again
      shop.comeUsers(30);
      shop.shop().deploy(unsteady(), RestartsOnRealClusterTest::livingByItsMetrics);
      assertThat(ended(shop)).as("%s", shop.decisions(1)).isEqualTo("Aborted");
      System.out.println(shop.decisions(1));
      assertThat(shop.decisions(1))
          .anyMatch(d -> d.startsWith("candidate-lost-pods: "))
          .anyMatch(d -> d.startsWith("unsteady: "));
      assertThat(shop.leaveAndCountLost()).as("of thousands").isLessThan(20);
    }
  }

  private static ReleasedShop open(String namespace, String spec) {
    ReleasedShop shop = cluster.open(namespace);
    shop.shop().deploy(Edition.of("v1"), RestartsOnRealClusterTest::livingByItsMetrics);
    shop.shop().awaitRolledOut();
    shop.adopt(spec);
    return shop;
  }

  private static String ended(ReleasedShop shop) {
    Await.until("it has ended", PATIENCE, () -> shop.ended(1));
    return shop.phase(1);
  }

  /** A quarter of those who ask for its metrics, its liveness probe among them, get a 503. */
  private static Edition unsteady() {
    return Edition.of("v3").with("NO_METRICS", 0.25);
  }

  private static Deployment livingByItsMetrics(Deployment deployment) {
    return new DeploymentBuilder(deployment)
        .editSpec()
        .withReplicas(REPLICAS)
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .editLivenessProbe()
        .editHttpGet()
        .withPath("/metrics")
        .endHttpGet()
        .withInitialDelaySeconds(8)
        .withPeriodSeconds(4)
        .withFailureThreshold(1)
        .endLivenessProbe()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
