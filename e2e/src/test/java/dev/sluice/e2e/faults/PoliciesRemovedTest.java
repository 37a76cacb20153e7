package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.SluiceOnCluster;
import dev.sluice.e2e.gitops.ForeignWriter;
import dev.sluice.e2e.gitops.Writer;
import dev.sluice.kubernetes.install.Installation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody takes Sluice's admission policies away in the middle of a release, or changes them,
 * while somebody else applies the user's manifests by force each second: the release goes on as
 * {@code hold: Pause} does, it is said within a second, and with the policies back the API server
 * holds.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(420)
class PoliciesRemovedTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final int STANDS = 5; // rounds that an abort is seen to stand
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: order-service, namespace: NAMESPACE }
      spec:
        workloadRef: { name: order-service }
        services: [order-service]
        route: { gateway: { httpRoutes: [{ name: order-service }] } }
        strategy:
          canary:
            stages:
              - { name: small, weight: 10, min: 4s, max: 8s }
              - { name: half, weight: 50, min: 4s, max: 8s }
            bake: 3s
        keepWarm: 0s
        drain: 1s
        analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @AfterEach
  void reinstate() throws Exception {
    SluiceOnCluster.install(cluster.kubelab());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hold", "pin", "pin-budget", "track", "command-author", "command", "edited"})
  void a_release_goes_on_without_them_and_the_api_server_holds_again_when_they_are_back(
      String which) throws Exception {
    try (ReleasedShop shop = cluster.open("without-" + which);
        ForeignWriter foreign = written(shop)) {
      shop.comeUsers(100);
      foreign.push(Edition.of("v2"));
      shop.awaitStage(1, "small");

      takenAndSaid(shop, which);
      assertThat(shop.awaitEnd(1)).as(shop.decisions(1).toString()).isEqualTo("Succeeded");
      shop.awaitReady();
      Await.until("it is kept paused while they are away", PATIENCE, () -> paused(shop));

      back(shop, which);
      Await.until("it is not paused any more", PATIENCE, () -> !paused(shop));
      foreign.stop();
      assertThat(shop.leaveAndCountLost()).as("lost by the system").isZero();
      assertThat(shop.releases()).hasSize(1);
    }
  }

  /**
   * Each second the route loses the candidate and gets it back. Contour then knows the candidate's
   * Service anew, and Envoy may hear of a weight before it hears of the Service: so there is none
   * before it had two seconds.
   */
  @ParameterizedTest
  @ValueSource(strings = {"split", "all"})
  void a_route_that_somebody_takes_each_second_is_written_again_and_no_weight_grows_on_it(
      String which) throws Exception {
    try (ReleasedShop shop = cluster.open("without-" + which);
        ForeignWriter foreign = written(shop)) {
      shop.comeUsers(100);
      foreign.push(Edition.of("v2"));
      shop.awaitStage(1, "half");

      takenAndSaid(shop, which);
      int sofar = foreign.rounds().size();
      Await.until("the writer went on", PATIENCE, () -> foreign.rounds().size() >= sofar + STANDS);
      assertThat(shop.ended(1)).isFalse();
      back(shop, which);
      assertThat(shop.awaitEnd(1)).as(shop.decisions(1).toString()).isEqualTo("Succeeded");
      shop.awaitReady();
      Await.until("it is not paused any more", PATIENCE, () -> !paused(shop));
      foreign.stop();
      assertThat(shop.leaveAndCountLost()).as("lost by the system").isZero();
    }
  }

  @Test
  void an_abort_stays_an_abort_without_them_and_when_they_are_back() throws Exception {
    try (ReleasedShop shop = cluster.open("without-aborts");
        ForeignWriter foreign = written(shop)) {
      shop.comeUsers(100);
      foreign.push(Edition.of("v3").with("ERRORS", 0.33));
      shop.awaitStage(1, "small");

      takenAndSaid(shop, "all");
      assertThat(shop.awaitEnd(1)).as(shop.decisions(1).toString()).isEqualTo("Aborted");
      stands(shop, foreign);
      back(shop, "all");
      stands(shop, foreign);

      foreign.push(Edition.of("v1"));
      shop.awaitReady();
      Await.until("it is not paused any more", PATIENCE, () -> !paused(shop));
      foreign.stop();
      assertThat(shop.leaveAndCountLost()).as("lost by the system").isZero();
    }
  }

  /** Somebody writes the shop's manifests, by force, each second from now on. */
  private static ForeignWriter written(ReleasedShop shop) {
    ForeignWriter foreign =
        ForeignWriter.of(
            shop.shop(),
            Writer.FORCED_APPLY,
            Edition.of("v1"),
            POLICY.replace("NAMESPACE", shop.namespace()));
    foreign.begin();
    shop.awaitReady();
    return foreign;
  }

  private static void stands(ReleasedShop shop, ForeignWriter foreign) {
    int sofar = foreign.rounds().size();
    Await.until("the writer went on", PATIENCE, () -> foreign.rounds().size() >= sofar + STANDS);
    assertThat(shop.phase(1)).isEqualTo("Aborted");
    assertThat(shop.releases()).hasSize(1);
    assertThat(shop.shop().served()).contains("v1");
    assertThat(paused(shop)).isTrue();
  }

  private static void takenAndSaid(ReleasedShop shop, String which) {
    Instant taken = Instant.now();
    take(which);
    Await.until("the status says so", PATIENCE, () -> !shop.is("Guarded"));
    Duration status = Duration.between(taken, Instant.now());
    Await.until("an event says so", PATIENCE, () -> told(shop, "PoliciesMissing"));
    Duration event = Duration.between(taken, Instant.now());
    System.out.printf(
        "without %s: said in the status after %d ms, by an event after %d ms%n",
        which, status.toMillis(), event.toMillis());
    assertThat(status).isLessThan(AT_ONCE);
    assertThat(event).isLessThan(AT_ONCE);
  }

  private static void back(ReleasedShop shop, String which) throws Exception {
    Instant began = Instant.now();
    SluiceOnCluster.install(cluster.kubelab());
    Await.until("the status says so", PATIENCE, () -> shop.is("Guarded"));
    System.out.printf(
        "%s back: the API server holds again %d ms after sluice install began%n",
        which, Duration.between(began, Instant.now()).toMillis());
    Await.until("an event says so", PATIENCE, () -> told(shop, "PoliciesAct"));
  }

  private static boolean told(ReleasedShop shop, String reason) {
    return admin().events().v1().events().inNamespace(shop.namespace()).list().getItems().stream()
        .anyMatch(e -> reason.equals(e.getReason()));
  }

  private static boolean paused(ReleasedShop shop) {
    return Boolean.TRUE.equals(
        admin()
            .apps()
            .deployments()
            .inNamespace(shop.namespace())
            .withName("order-service")
            .require()
            .getSpec()
            .getPaused());
  }

  private static void take(String which) {
    if (which.equals("edited")) {
      admin()
          .resource(
              policies()
                  .filter(p -> p.getMetadata().getName().equals("sluice-hold"))
                  .findFirst()
                  .orElseThrow())
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"matchConditions\":[{\"name\":\"never\",\"expression\":\"false\"}]}}");
      return;
    }
    String name = "sluice-" + which.toLowerCase(Locale.ROOT);
    List<GenericKubernetesResource> bindings =
        policies()
            .filter(p -> p.getKind().endsWith("Binding"))
            .filter(p -> which.equals("all") || p.getMetadata().getName().equals(name))
            .toList();
    bindings.forEach(binding -> admin().resource(binding).delete());
  }

  private static Stream<GenericKubernetesResource> policies() {
    return Installation.clusterWide("sluice-system").objects().stream()
        .filter(o -> o.getKind().contains("AdmissionPolicy"))
        .map(GenericKubernetesResource.class::cast);
  }

  private static KubernetesClient admin() {
    return cluster.kubelab().admin();
  }
}
