package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.install.Installation;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Telemetry;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A canary through a real gateway, by an operator that has its own service account's rights and no
 * others: a good version, a bad one, and the policy taken away again, while users come on fresh and
 * on kept connections.
 */
@Tag("cluster")
@Tag("slow")
@Timeout(420)
class ReleaseOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String SYSTEM = "sluice-system";
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
              - { name: small, weight: 5, min: 4s, max: 10s }
              - { name: half, weight: 50, min: 4s, max: 10s }
            bake: 5s
        drain: 2s
        keepWarm: 5s
        analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  private static KubernetesClient admin;
  private static Operator operator;

  @BeforeAll
  static void install() throws Exception {
    admin = cluster.kubelab().admin();
    assertThat(Installation.clusterWide(SYSTEM).apply(admin)).as("policies that fail").isEmpty();
    operator =
        Operator.start(
            cluster.kubelab().serviceAccount(SYSTEM, Installation.ACCOUNT),
            Optional.empty(),
            ClusterSources.reading(List.of(cluster.gateway().stats())),
            Settings.defaults(),
            new Telemetry());
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void a_good_version_takes_over_a_bad_one_is_taken_back_and_leaving_leaves_nothing() {
    try (Shop shop = Shop.open(cluster.kubelab(), cluster.gateway())) {
      shop.serve(Edition.of("v1"));
      Map<String, Object> before = written();
      Set<String> first = pods();
      Users users = cluster.bring(shop.users().fresh(100).kept(100));
      admin
          .resource(
              admin.getKubernetesSerialization().unmarshal(POLICY, GenericKubernetesResource.class))
          .create();
      Await.until("the policy is Ready", PATIENCE, () -> condition("Ready"));
      assertThat(pods()).as("adopting touches no pod").isEqualTo(first);

      Set<String> seen = new ConcurrentSkipListSet<>(first);
      shop.deploy(Edition.of("v2"));
      Await.until("v2 has succeeded", PATIENCE, () -> ended(seen, "order-service-1"));
      assertThat(phase("order-service-1")).isEqualTo("Succeeded");
      Set<String> judged = serving();
      Await.until("only v2 is left", PATIENCE, () -> pods().equals(judged));
      Set<String> started =
          seen.stream().filter(p -> !first.contains(p)).collect(Collectors.toSet());
      started.removeIf(p -> p.startsWith("order-service-way-back"));
      assertThat(started)
          .as("one pod for each replica, and they are those that stay")
          .isEqualTo(judged);
      assertThat(shop.served()).contains("v2");

      shop.deploy(Edition.of("v3").with("ERRORS", 0.33));
      Await.until("v3 has been aborted", PATIENCE, () -> ended(seen, "order-service-2"));
      assertThat(phase("order-service-2")).isEqualTo("Aborted");
      assertThat(pods()).as("stable's pods are untouched").isEqualTo(judged);

      shop.deploy(Edition.of("v2"));
      Await.until("the Deployment is ordinary again", PATIENCE, () -> condition("Ready"));
      policies().delete();
      Await.until("the policy is gone", PATIENCE, () -> policies().get() == null);
      assertThat(pods()).as("leaving touches no pod").isEqualTo(judged);
      assertThat(written()).as("restored to the letter").isEqualTo(before);

      Accounts accounts = users.leave();
      System.out.printf(
          "canary on a cluster: %,d requests, %d lost (fresh: %s; kept: %s), %d hurt by v3%n",
          accounts.sent(),
          accounts.lost(),
          accounts.fresh(),
          accounts.kept(),
          accounts.badBy("v3"));
      assertThat(accounts.lost()).isZero();
      assertThat(accounts.badBy("v1") + accounts.badBy("v2")).isZero();
      assertThat(accounts.badBy("v3")).isPositive();
    }
  }

  /** What a user wrote: spec, labels and annotations, without what Kubernetes itself adds. */
  private static Map<String, Object> written() {
    Map<String, Object> all = new HashMap<>();
    for (HasMetadata object :
        List.of(
            admin.services().inNamespace(Shop.NAMESPACE).withName(Shop.NAME).get(),
            admin
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(Shop.NAMESPACE)
                .withName(Shop.NAME)
                .get(),
            admin.resources(HTTPRoute.class).inNamespace(Shop.NAMESPACE).withName(Shop.NAME).get(),
            admin.apps().deployments().inNamespace(Shop.NAMESPACE).withName(Shop.NAME).get())) {
      Map<?, ?> spec = admin.getKubernetesSerialization().convertValue(object, Map.class);
      all.put(object.getKind() + " labels", String.valueOf(object.getMetadata().getLabels()));
      Map<String, String> annotations = new HashMap<>();
      Optional.ofNullable(object.getMetadata().getAnnotations()).ifPresent(annotations::putAll);
      annotations.remove("deployment.kubernetes.io/revision");
      all.put(object.getKind() + " annotations", annotations);
      if (!object.getKind().equals("Deployment")) {
        // The Deployment asks for v2 now.
        all.put(object.getKind() + " spec", spec.get("spec"));
      }
    }
    return all;
  }

  /** By name and uid: a pod that was made anew has another. */
  private static Set<String> pods() {
    return admin.pods().inNamespace(Shop.NAMESPACE).list().getItems().stream()
        .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
        .map(ReleaseOnRealClusterTest::id)
        .collect(Collectors.toSet());
  }

  private static Set<String> serving() {
    String pin =
        admin
            .services()
            .inNamespace(Shop.NAMESPACE)
            .withName(Shop.NAME)
            .get()
            .getSpec()
            .getSelector()
            .getOrDefault("pod-template-hash", "");
    return admin
        .pods()
        .inNamespace(Shop.NAMESPACE)
        .withLabel("pod-template-hash", pin)
        .list()
        .getItems()
        .stream()
        .map(ReleaseOnRealClusterTest::id)
        .collect(Collectors.toSet());
  }

  private static String id(Pod pod) {
    return pod.getMetadata().getName() + " " + pod.getMetadata().getUid();
  }

  /** Whether that release is over; meanwhile it is noted which pods there are. */
  private static boolean ended(Set<String> seen, String release) {
    seen.addAll(pods());
    return Set.of("Succeeded", "Aborted", "Superseded", "Reverted").contains(phase(release));
  }

  private static String phase(String release) {
    GenericKubernetesResource object =
        admin
            .genericKubernetesResources(Cluster.RELEASES)
            .inNamespace(Shop.NAMESPACE)
            .withName(release)
            .get();
    return object == null
        ? ""
        : Optional.ofNullable(object.<String>get("status", "phase")).orElse("");
  }

  private static io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource> policies() {
    return admin
        .genericKubernetesResources(Cluster.POLICIES)
        .inNamespace(Shop.NAMESPACE)
        .withName(Shop.NAME);
  }

  private static boolean condition(String type) {
    List<Map<String, Object>> conditions =
        Optional.ofNullable(policies().get().<List<Map<String, Object>>>get("status", "conditions"))
            .orElse(List.of());
    return conditions.stream()
        .anyMatch(c -> type.equals(c.get("type")) && "True".equals(c.get("status")));
  }
}
