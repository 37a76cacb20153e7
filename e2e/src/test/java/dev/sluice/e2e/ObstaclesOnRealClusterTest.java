package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What stands in the way of a release: it is named in a sentence, and stable's users notice
 * nothing.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(420)
class ObstaclesOnRealClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 3s, max: 8s }
            - { name: half, weight: 50, min: 3s, max: 8s }
          bake: 4s
      drain: 1s
      keepWarm: 0s
      prepareWithin: 20s
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void an_image_that_cannot_be_pulled() {
    assertThat(
            blocked(
                "image",
                Edition.of("v9"),
                // Without a registry that answers, kubelet takes minutes to say so otherwise.
                d ->
                    d.edit()
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .withImagePullPolicy("Never")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build()))
        .contains("ErrImageNeverPull");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void pods_that_no_node_has_room_for() {
    assertThat(
            blocked(
                "no-room",
                Edition.of("v2"),
                d ->
                    d.edit()
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .addToNodeSelector("disk", "fast")
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build()))
        .contains("node");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_quota_that_has_no_room_for_two_versions() {
    try (ReleasedShop shop = cluster.open("quota")) {
      shop.adopt(SPEC);
      Set<String> pods = shop.pods();
      shop.comeUsers(30);
      cluster
          .kubelab()
          .admin()
          .resource(
              new ResourceQuotaBuilder()
                  .withNewMetadata()
                  .withName("pods")
                  .withNamespace(shop.namespace())
                  .endMetadata()
                  .withNewSpec()
                  .addToHard("pods", new Quantity("5"))
                  .endSpec()
                  .build())
          .create();
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitReason(1, "check-failed");
      assertThat(shop.message(1)).contains("exceeded quota");
      backToV1(shop, pods);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_config_map_that_is_named_by_its_content_is_released_with_the_version() {
    try (ReleasedShop shop = cluster.open("config")) {
      shop.adopt(SPEC);
      shop.comeUsers(60);
      shop.shop().deploy(Edition.of("v2").configured("ERRORS", "0.0"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      shop.shop().deploy(Edition.of("v2").configured("ERRORS", "0.4"));
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      assertThat(shop.decisions(2)).anyMatch(d -> d.startsWith("harm:"));
      shop.shop().deploy(Edition.of("v2").configured("ERRORS", "0.0"));
      shop.awaitReady();
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_config_map_that_was_changed_in_place_is_refused() {
    try (ReleasedShop shop = cluster.open("mutable-config")) {
      Edition v1 = Edition.of("v1").configured("ERRORS", "0.0");
      shop.shop().serve(v1);
      shop.adopt(SPEC);
      shop.comeUsers(30);
      String name = shop.shop().config(v1);
      shop.shop()
          .apply(
              new ConfigMapBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withNamespace(shop.namespace())
                  .endMetadata()
                  .withData(Map.of("ERRORS", "0.001"))
                  .build());
      shop.shop().deploy(v1, d -> version(d, "v2"));
      shop.awaitReason(1, "refused");
      assertThat(shop.message(1)).contains("ConfigMap " + name);
      assertThat(shop.pods()).hasSize(4);
      shop.shop().deploy(v1);
      assertThat(shop.awaitEnd(1)).isEqualTo("Reverted");
      shop.awaitReady();
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  private static Deployment version(Deployment deployment, String version) {
    return deployment
        .edit()
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .withImage("sluice.local/order-service:" + version)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void marks_that_came_with_manifests_which_were_exported_in_mid_release() {
    try (ReleasedShop shop = cluster.open("exported")) {
      Map<String, Object> before = shop.written();
      Kubectl admin = Kubectl.admin(cluster.kubelab(), shop.namespace());
      admin.run("annotate", "service/order-service", "sluice.dev/pin=5d59d67564");
      admin.run("annotate", "pdb/order-service", "sluice.dev/pin=5d59d67564");
      admin.run(
          "annotate",
          "httproute/order-service",
          "sluice.dev/split=order-service order-service-candidate 500 1000 1",
          "sluice.dev/release=order-service-7");
      admin.run("label", "deployment/order-service", "sluice.dev/run=order-service");
      shop.comeUsers(60);
      shop.comeCallers(60);
      shop.write(SPEC);
      Await.until(
          "what another run has is not taken over",
          SOON,
          () ->
              shop.ofPolicy("message").contains("is released by sluice run") && shop.is("Stalled"));
      admin.run("label", "deployment/order-service", "sluice.dev/run-", "sluice.dev/held=true");
      shop.awaitReady();
      assertThat(admin.run("get", "service,pdb,httproute,deployment", "-o", "yaml"))
          .doesNotContain("sluice.dev/pin", "sluice.dev/split", "sluice.dev/held");
      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(shop.leaveAndCountLost()).isZero();
      shop.removePolicy(DeletionPropagation.BACKGROUND);
      Map<String, Object> after = shop.written();
      before.remove("Deployment spec");
      after.remove("Deployment spec");
      assertThat(after).as("as its developers wrote it").isEqualTo(before);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_route_that_is_deleted_in_mid_release_and_comes_back() {
    try (ReleasedShop shop = cluster.open("route-deleted")) {
      // By who deletes it; and what the policy says of its weight is of a route that is not there.
      shop.breaks("lost", "told");
      shop.adopt(SPEC);
      Map<String, Object> before = shop.written();
      shop.comeUsers(60);
      Users callers = shop.comeCallers(60);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "small");
      shop.shop()
          .developer()
          .resources(HTTPRoute.class)
          .inNamespace(shop.namespace())
          .withName(Shop.NAME)
          .delete();
      shop.awaitReason(1, "missing");
      shop.shop().applyEntry();
      assertThat(shop.awaitEnd(1)).isIn("Succeeded", "Aborted");
      assertThat(callers.leave().lost()).as("callers do not use the route").isZero();
      Await.until(
          "the route is as its developers wrote it",
          SOON,
          () -> Objects.equals(shop.written().get("HTTPRoute spec"), before.get("HTTPRoute spec")));
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_deployment_that_is_deleted_in_mid_release_takes_everything_with_it() {
    try (ReleasedShop shop = cluster.open("deployment-deleted")) {
      shop.breaks("lost"); // by who deletes it
      shop.adopt(SPEC);
      shop.comeUsers(60);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "half");
      shop.shop()
          .developer()
          .apps()
          .deployments()
          .inNamespace(shop.namespace())
          .withName(Shop.NAME)
          .delete();
      Await.until("its pods are gone", SOON, () -> shop.pods().isEmpty());
      shop.shop().deploy(Edition.of("v1"));
      Await.until(
          "v1 is served again", SOON, () -> shop.shop().served().filter("v1"::equals).isPresent());
      shop.awaitReady();
      assertThat(shop.extras()).as("the candidate's own Service and budget").isEmpty();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_service_that_is_deleted_in_mid_release_and_comes_back() {
    try (ReleasedShop shop = cluster.open("service-deleted")) {
      shop.breaks("lost"); // by who deletes it
      shop.adopt(SPEC);
      shop.comeUsers(60);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "small");
      var service =
          shop.shop().developer().services().inNamespace(shop.namespace()).withName(Shop.NAME);
      service.delete();
      shop.awaitReason(1, "missing");
      shop.shop().applyEntry();
      assertThat(shop.awaitEnd(1)).isIn("Succeeded", "Aborted");
      assertThat(shop.shop().served()).isPresent();
    }
  }

  /** What was said about it; v1 serves on, and is asked for again. */
  private static String blocked(String namespace, Edition edition, UnaryOperator<Deployment> edit) {
    try (ReleasedShop shop = cluster.open(namespace)) {
      shop.adopt(SPEC);
      Set<String> pods = shop.pods();
      shop.comeUsers(30);
      String said = stuck(shop, edition, edit);
      backToV1(shop, pods);
      return said;
    }
  }

  /** What was said last before the release ended. */
  private static String stuck(ReleasedShop shop, Edition edition, UnaryOperator<Deployment> edit) {
    shop.shop().deploy(edition, edit);
    assertThat(shop.awaitEnd(1)).isEqualTo("Aborted");
    String said = String.join(" ", shop.decisions(1));
    System.out.printf("%s: %s%n", shop.namespace(), said);
    return said;
  }

  private static void backToV1(ReleasedShop shop, Set<String> pods) {
    shop.shop().deploy(Edition.of("v1"));
    shop.awaitReady();
    Await.until("v1's pods alone are left", SOON, () -> shop.pods().equals(pods));
    Accounts accounts = shop.leave().values().iterator().next();
    assertThat(accounts.lost()).isZero();
    assertThat(accounts.versions().keySet()).containsExactly("v1");
  }
}
