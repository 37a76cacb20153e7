package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubectl;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.kubernetes.install.Installation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The operator in its image, as a pod, brought by the chart and taken away again, while a shop
 * releases; and the same brought by {@code install.yaml}.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChartOnRealClusterTest {
  private static final String NAMESPACE = "sluice-system";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 10, min: 6s, max: 15s }
            - { name: half, weight: 50, min: 6s, max: 15s }
          bake: 6s
      drain: 1s
      keepWarm: 3s
      analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @BeforeAll
  static void load() {
    cluster.kubelab().load(Helm.DEPLOY.resolveSibling("target/dist/sluice-image.tar"));
  }

  @Test
  @Order(1)
  void it_is_upgraded_in_mid_release_and_does_not_go_before_its_end() throws Exception {
    Helm helm = Helm.of(cluster.kubelab());
    Kubectl kubectl = Kubectl.admin(cluster.kubelab(), NAMESPACE);
    kubectl.run("create", "namespace", NAMESPACE);
    kubectl.run("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted");
    helm.run("install", "sluice", Helm.CHART, "-n", NAMESPACE, "--wait", "--timeout=90s");
    assertThat(installation().broken(cluster.kubelab().admin(), PATIENCE)).isEmpty();
    tellWhenReady();
    aServiceMonitorLeadsToAllOperators(helm);

    try (ReleasedShop shop = cluster.open("charted")) {
      shop.bearsWith(Duration.ofMinutes(1)); // while one operator ends and the other begins
      shop.adopt(SPEC);
      shop.comeUsers(50);
      shop.shop().deploy(Edition.of("v2"));
      shop.awaitStage(1, "small");
      helm.run(
          "upgrade",
          "sluice",
          Helm.CHART,
          "-n",
          NAMESPACE,
          "--wait",
          "--timeout=90s",
          "--set=podAnnotations.upgraded=once");
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      shop.awaitReady();

      shop.shop().deploy(Edition.of("v3"));
      shop.awaitStage(2, "small");
      Helm.Outcome refused = helm.attempt("uninstall", "sluice", "-n", NAMESPACE);
      assertThat(refused.exit()).as(refused.said()).isNotZero();
      assertThat(kubectl.run("logs", "job/sluice-uninstall"))
          .contains("Nothing was removed: the release charted/order-service-2 still runs");
      assertThat(shop.awaitEnd(2)).isEqualTo("Succeeded");
      Await.until("nothing is kept warm", PATIENCE, () -> beside(kubectl).isEmpty());

      helm.run("uninstall", "sluice", "-n", NAMESPACE, "--wait", "--timeout=90s");
      assertThat(left(kubectl)).doesNotContain("sluice");
      assertThat(kubectl.run("get", "crds", "-o", "name")).contains("releasepolicies.sluice.dev");
      assertThat(
              kubectl.run(
                  "get",
                  "releasepolicies",
                  "-n",
                  "charted",
                  "-o",
                  "jsonpath={.items[*].metadata.finalizers}"))
          .isEmpty();

      // The shop is an ordinary one again, which the watcher cannot know: it still sees the policy.
      shop.breaks("held");
      shop.shop().deploy(Edition.of("v2"));
      shop.shop().awaitRolledOut();
      assertThat(shop.leaveAndCountLost()).isZero();
    }
    kubectl.run("delete", "crds", "-l", "app.kubernetes.io/managed-by=Helm");
    kubectl.run("delete", "namespace", NAMESPACE);
  }

  @Test
  @Order(2)
  void install_yaml_and_kustomize_bring_the_same() throws Exception {
    Kubectl kubectl = Kubectl.admin(cluster.kubelab(), NAMESPACE);
    String deploy = Helm.DEPLOY.toString();
    assertThat(names(kubectl.run("kustomize", deploy)))
        .containsExactlyInAnyOrderElementsOf(
            names(Files.readString(Helm.DEPLOY.resolve("install.yaml"))));
    kubectl.run("apply", "--server-side", "-k", deploy);
    kubectl.run("wait", "deployment/sluice", "--for=condition=Available", "--timeout=90s");
    assertThat(installation().broken(cluster.kubelab().admin(), PATIENCE)).isEmpty();
    tellWhenReady();
    try (ReleasedShop shop = cluster.open("applied")) {
      shop.adopt(SPEC);
      shop.comeUsers(50);
      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.5));
      assertThat(shop.awaitEnd(1)).isEqualTo("Aborted");
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  /** The sets beside a Deployment. */
  private static String beside(Kubectl kubectl) {
    return kubectl.run("get", "replicasets", "-A", "-l", "sluice.dev/track", "-o", "name");
  }

  private static List<String> names(String yaml) {
    return Helm.objects(yaml).stream()
        .map(o -> o.getKind() + " " + o.getMetadata().getName())
        .toList();
  }

  private static Installation installation() {
    return Installation.clusterWide(NAMESPACE);
  }

  private static String left(Kubectl kubectl) {
    return kubectl.run(
        "get",
        "mutatingadmissionpolicies,mutatingadmissionpolicybindings,validatingadmissionpolicies,"
            + "validatingadmissionpolicybindings,clusterroles,clusterrolebindings,roles,"
            + "rolebindings,serviceaccounts,deployments,services,pdb,networkpolicies,jobs",
        "-o",
        "name");
  }

  /** Its definition is not on the cluster: what it says is followed by hand. */
  private static void aServiceMonitorLeadsToAllOperators(Helm helm) throws Exception {
    GenericKubernetesResource monitor =
        helm.rendered("--set=serviceMonitor.enabled=true").stream()
            .filter(o -> o.getKind().equals("ServiceMonitor"))
            .findFirst()
            .orElseThrow();
    Map<String, String> pages = Scraped.by(monitor, cluster.kubelab());
    assertThat(pages.keySet())
        .containsExactlyInAnyOrderElementsOf(
            operators().stream().map(pod -> pod.getStatus().getPodIP()).toList());
    assertThat(pages.values())
        .allSatisfy(
            page -> assertThat(page).startsWith("200\n").contains("# TYPE sluice_", "jvm_"));
  }

  /** To the second, as the API server has it. */
  private static void tellWhenReady() {
    Await.until(
        "an operator leads and all are ready",
        PATIENCE,
        () -> operators().stream().allMatch(ChartOnRealClusterTest::isReady));
    for (Pod pod : operators()) {
      Instant began =
          Instant.parse(
              pod.getStatus()
                  .getContainerStatuses()
                  .getFirst()
                  .getState()
                  .getRunning()
                  .getStartedAt());
      Instant ready =
          pod.getStatus().getConditions().stream()
              .filter(c -> c.getType().equals("Ready"))
              .map(PodCondition::getLastTransitionTime)
              .map(Instant::parse)
              .findFirst()
              .orElseThrow();
      System.out.printf(
          "%s: ready %d s after its process began%n",
          pod.getMetadata().getName(), Duration.between(began, ready).toSeconds());
    }
  }

  private static List<Pod> operators() {
    return cluster
        .kubelab()
        .admin()
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/name", "sluice")
        .list()
        .getItems();
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }
}
