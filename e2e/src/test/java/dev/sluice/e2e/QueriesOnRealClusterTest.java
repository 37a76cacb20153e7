package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.faults.Frozen;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.install.Installation;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Telemetry;
import dev.sluice.probes.metrics.prometheus.Access;
import dev.sluice.probes.metrics.prometheus.Prometheus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Releases that are judged by a template's queries and nothing else: a real Prometheus scrapes the
 * pods, and no gateway's counters are read.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(420)
class QueriesOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SYSTEM = "sluice-system";
  private static final String TEMPLATE =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: MetricTemplate
      metadata: { name: order-failure, namespace: shop }
      spec:
        prometheus:
          bad: 'sum by (pod) (orders_total{outcome="failed",{{selector}}}) or vector(0)'
          total: 'sum by (pod) (orders_total{{{selector}}})'
          every: 2s
      """;
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: order-service, namespace: shop }
      spec:
        workloadRef: { name: order-service }
        services: [order-service]
        route: { gateway: { httpRoutes: [{ name: order-service }] } }
        strategy:
          canary:
            stages:
              - { name: small, weight: 20, min: 10s, max: 20s }
              - { name: half, weight: 50, min: 10s, max: 20s }
            bake: 5s
        drain: 2s
        keepWarm: 5s
        analysis: { arm: Always, metrics: [{ template: order-failure }] }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @TempDir private static Path dir;
  private static KubernetesClient admin;
  private static PrometheusServer prometheus;
  private static Operator operator;

  @BeforeAll
  static void install() throws Exception {
    admin = cluster.kubelab().admin();
    prometheus = PrometheusServer.start(admin, Shop.NAMESPACE, dir);
    assertThat(Installation.clusterWide(SYSTEM).apply(admin)).as("policies that fail").isEmpty();
    operator =
        Operator.start(
            cluster.kubelab().serviceAccount(SYSTEM, Installation.ACCOUNT),
            Optional.empty(),
            ClusterSources.reading(
                new ClusterSources.Elsewhere(
                    List.of(),
                    Optional.of(new Prometheus(prometheus.address(), new Access.Open())))),
            Settings.defaults(),
            new Telemetry());
  }

  @AfterAll
  static void stop() {
    operator.close();
    prometheus.close();
  }

  @Test
  void a_template_makes_the_policy_work_a_good_version_pass_a_silent_one_wait_and_a_bad_one_end() {
    try (Shop shop = Shop.open(cluster.kubelab(), cluster.gateway())) {
      shop.serve(Edition.of("v1"));
      cluster.bring(shop.users().fresh(100).kept(100));
      create(POLICY);
      Await.until("the policy is Stalled", PATIENCE, () -> condition("Stalled"));
      assertThat(text(policy(), "status", "message"))
          .contains("spec.analysis.metrics[0].template names \"order-failure\"");

      create(TEMPLATE);
      Await.until("the policy is Ready", PATIENCE, () -> condition("Ready"));

      shop.deploy(Edition.of("v2"));
      Await.until(
          "v2 gets traffic", PATIENCE, () -> text(policy(), "status", "stage").equals("small"));
      change("every: 2s", "every: 3s");
      Await.until(
          "v2 is at half", PATIENCE, () -> text(policy(), "status", "stage").equals("half"));
      assertThat(judgedBy()).as("what the release began with").contains("every=2s");
      try (Frozen _ = Frozen.now(prometheus.process())) {
        Await.until(
            "it holds, for nobody tells of orders",
            PATIENCE,
            () ->
                text(policy(), "status", "message")
                    .contains("The time of stage half is over and order-failure: Prometheus"));
      }
      Await.until("v2 has succeeded", PATIENCE, () -> ended("order-service-1"));
      assertThat(text(release("order-service-1"), "status", "phase")).isEqualTo("Succeeded");
      Await.until("the change is taken", PATIENCE, () -> judgedBy().contains("every=3s"));

      shop.deploy(Edition.of("v3").with("ERRORS", 0.33));
      Await.until("v3 has ended", PATIENCE, () -> ended("order-service-2"));
      assertThat(text(release("order-service-2"), "status", "phase")).isEqualTo("Aborted");
      assertThat(text(release("order-service-2"), "status", "decisions"))
          .contains("order-failure: ", "of the candidate's requests were bad");
    }
  }

  private static void create(String yaml) {
    admin
        .resource(
            admin.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class))
        .create();
  }

  private static void change(String from, String to) {
    admin
        .resource(
            admin
                .getKubernetesSerialization()
                .unmarshal(TEMPLATE.replace(from, to), GenericKubernetesResource.class))
        .forceConflicts()
        .serverSideApply();
  }

  private static String judgedBy() {
    return text(policy(), "status", "state", "templates");
  }

  private static boolean ended(String release) {
    return ReleasedShop.isEnd(text(release(release), "status", "phase"));
  }

  private static Optional<GenericKubernetesResource> policy() {
    return Optional.ofNullable(named(Cluster.POLICIES, Shop.NAME).get());
  }

  private static Optional<GenericKubernetesResource> release(String name) {
    return Optional.ofNullable(named(Cluster.RELEASES, name).get());
  }

  private static Resource<GenericKubernetesResource> named(
      ResourceDefinitionContext kind, String name) {
    return admin.genericKubernetesResources(kind).inNamespace(Shop.NAMESPACE).withName(name);
  }

  private static String text(Optional<GenericKubernetesResource> object, Object... path) {
    return object.map(o -> o.<Object>get(path)).map(String::valueOf).orElse("");
  }

  private static boolean condition(String type) {
    List<Map<String, Object>> conditions =
        policy()
            .map(p -> p.<List<Map<String, Object>>>get("status", "conditions"))
            .orElse(List.of());
    return conditions.stream()
        .anyMatch(c -> type.equals(c.get("type")) && "True".equals(c.get("status")));
  }
}
