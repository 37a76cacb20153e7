package dev.sluice.e2e;

import static dev.sluice.e2e.Practice.POLICY;
import static dev.sluice.e2e.Practice.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.Person.Said;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What keeps a workload from being released, broken on a real cluster, told by {@code sluice
 * doctor} to somebody who may only look, and mended by the very command that it prints. No operator
 * runs here: these are things that nobody but the doctor would say before a release.
 */
@Order(1)
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(300)
class DoctorOnRealClusterTest {
  private static final String CANARY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: web }
      spec:
        workloadRef: { name: web }
        services: [web]
        route: { gateway: { httpRoutes: [{ name: web }] } }
        strategy: { canary: { preset: Fast } }
      """;
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: web }
      spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
      """;
  private static final String SCALER =
      """
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: { name: NAME }
      spec:
        scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
        minReplicas: 2
        maxReplicas: 2
        metrics: [METRIC]
      """;
  private static final String CPU =
      "{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }";
  private static final String QUEUE =
      "{ type: External, external: { metric: { name: queue }, target: { type: TARGET, KEY: 5 } } }";
  private static final String BUDGET =
      """
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: { name: NAME }
      spec: { minAvailable: 2, selector: { matchLabels: { app: web } } }
      """;

  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.share("doctor");

  @TempDir private static Path folder;

  private static Practice open(String namespace) {
    return Practice.open(cluster.kubelab(), namespace, folder).with(WEB);
  }

  private static Practice policed(String namespace) {
    return open(namespace).with(POLICY);
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_service_that_the_policy_does_not_name_is_added() {
    Practice practice = policed("unnamed");
    practice.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: { name: inside }
        spec: { selector: { app: web }, ports: [{ port: 80 }] }
        """);

    JsonNode said = practice.mended("service-not-named");

    assertThat(said.at("/where/name").asText()).isEqualTo("inside");
    assertThat(said.path("severity").asText()).isEqualTo("Blocks");
    assertThat(practice.get("releasepolicy/web", ".spec.services[*]")).contains("web inside");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_service_that_is_not_there_is_made_and_one_that_selects_others_is_turned() {
    Practice practice = policed("services");
    practice.admin().run("delete", "service", "web");
    practice.mended("service-missing");

    practice.admin().run("set", "selector", "service", "web", "app=mail");
    practice.mended("service-selects-others");
    assertThat(practice.says("service-missing")).isEmpty();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_deployment_without_service_or_policy_is_told_what_it_lacks() {
    Practice practice = open("bare");
    practice.admin().run("delete", "service", "web");

    assertThat(practice.diagnosed("no-policy", "deployment/web").path("severity").asText())
        .isEqualTo("Note");
    practice.mended("no-service", "deployment/web");

    practice.apply(POLICY);
    practice.gone("no-policy", "deployment/web");
    Said unknown = practice.visitor().sluice("doctor", "wep");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("There is no policy wep in bare. Did you mean web?");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_policy_for_a_deployment_that_is_not_there() {
    Practice practice = policed("nothing");
    practice.admin().run("delete", "deployment", "web");
    assertThat(practice.diagnosed("no-deployment").path("seen").asText())
        .contains("Deployment web");
    practice.apply(WEB);
    practice.gone("no-deployment");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_route_that_is_not_there_leads_elsewhere_or_is_no_gateways() {
    Practice practice = open("routes");
    practice.apply(CANARY);
    practice.diagnosed("route-missing");
    assertThat(practice.says("route-leads-elsewhere")).isEmpty();

    practice.apply(ROUTE.replace("{ name: web, port", "{ name: mail, port"));
    practice.gone("route-missing");
    practice.diagnosed("route-leads-elsewhere");
    practice.apply(ROUTE);
    practice.gone("route-leads-elsewhere");

    assertThat(practice.diagnosed("route-not-accepted").path("mend").asText())
        .isEqualTo("kubectl -n routes describe httproute/web");
    practice
        .admin()
        .run(
            "patch",
            "httproute/web",
            "--subresource=status",
            "--type=merge",
            "-p",
            """
            {"status":{"parents":[{"controllerName":"a.test/gateway","parentRef":{"name":"edge"},"conditions":[
              {"type":"Accepted","status":"True","reason":"Accepted","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}]}}
            """);
    practice.gone("route-not-accepted");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void what_two_versions_could_not_bear() {
    Practice practice = policed("obstacles");
    practice.shell(
        "kubectl -n obstacles patch deployment web --type=merge -p"
            + " '{\"spec\":{\"strategy\":{\"type\":\"Recreate\",\"rollingUpdate\":null}}}'");
    practice.mended("recreate");

    practice.admin().run("scale", "deployment/web", "--replicas=0");
    practice.mended("no-replicas");

    practice.apply(WEB.replace("containerPort: 8080 }]", "containerPort: 8080, hostPort: 8080 }]"));
    assertThat(practice.diagnosed("node-ports").path("seen").asText()).contains("port 8080");
    practice.apply(WEB);
    practice.gone("node-ports");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_deployment_that_somebody_has_paused() {
    Practice practice = policed("paused");
    practice.admin().run("rollout", "pause", "deployment/web");
    assertThat(practice.mended("paused-by-somebody").path("severity").asText()).isEqualTo("Warns");
    assertThat(practice.get("deployment/web", ".spec.paused")).isEmpty();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void two_autoscalers_one_at_its_maximum_and_one_that_multiplies() {
    Practice practice = policed("scalers");
    practice.apply(SCALER.replace("NAME", "one").replace("METRIC", CPU));
    practice.mended("autoscaler-at-maximum");
    practice.apply(SCALER.replace("NAME", "two").replace("METRIC", CPU));
    practice.mended("autoscalers-two");

    String value = QUEUE.replace("TARGET", "Value").replace("KEY", "value");
    practice.apply(SCALER.replace("NAME", "one").replace("METRIC", value));
    practice.diagnosed("autoscaler-multiplies");
    String average = QUEUE.replace("TARGET", "AverageValue").replace("KEY", "averageValue");
    practice.apply(SCALER.replace("NAME", "one").replace("METRIC", average));
    practice.gone("autoscaler-multiplies");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void budgets_that_allow_no_eviction() {
    Practice practice = policed("budgets");
    practice.apply(BUDGET.replace("NAME", "one"));
    practice.mended("budget-allows-nothing");
    practice.apply(BUDGET.replace("NAME", "two"));
    practice.mended("budgets-two");
    practice.gone("budget-allows-nothing");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_quota_that_has_no_room_for_a_second_version() {
    Practice practice = policed("quota");
    practice.admin().run("rollout", "status", "deployment/web", "--timeout=60s");
    practice
        .admin()
        .run("create", "quota", "pods", "--hard=pods=2,requests.memory=1Gi,limits.memory=1Gi");
    JsonNode said = practice.mended("quota-has-no-room");
    assertThat(said.path("seen").asText()).isEqualTo("Of pods 2 are allowed, and 2 are used.");
    assertThat(practice.get("quota/pods", ".spec.hard.pods")).contains("4");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_quota_that_refuses_pods_of_the_version_that_serves() {
    Practice practice = Practice.open(cluster.kubelab(), "refused", folder);
    practice.admin().run("create", "quota", "pods", "--hard=pods=1");
    practice.apply(WEB);
    practice.apply(POLICY);
    assertThat(practice.diagnosed("pods-refused").path("seen").asText()).contains("exceeded quota");
    practice.mended("quota-has-no-room");
    practice.gone("pods-refused");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_volume_of_one_node_and_a_config_that_was_changed_in_place() {
    Practice practice = Practice.open(cluster.kubelab(), "shared", folder);
    practice.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: { name: data }
        spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
        """);
    practice.admin().run("create", "configmap", "settings", "--from-literal=a=1");
    String reads =
        WEB.replace(
            "ports: [{ c",
            "envFrom: [{ configMapRef: { name: settings } }]\n          ports: [{ c");
    practice.apply(WEB.replace("terminationGracePeriodSeconds: 1", VOLUME));
    practice.apply(POLICY);
    practice.diagnosed("claim-of-one-node");
    practice.admin().run("delete", "deployment", "web");
    practice.apply(reads);
    practice.gone("claim-of-one-node");
    practice.admin().run("rollout", "status", "deployment/web", "--timeout=60s");
    assertThat(practice.says("config-changed-in-place")).isEmpty();

    Await.until(
        "a second has passed, which is how exactly changes are told",
        Duration.ofSeconds(20),
        () -> {
          practice
              .admin()
              .run(
                  "patch",
                  "configmap",
                  "settings",
                  "--type=merge",
                  "-p",
                  "{\"data\":{\"a\":\"" + System.nanoTime() + "\"}}");
          return !practice.says("config-changed-in-place").isEmpty();
        });
    practice.admin().run("create", "configmap", "settings-2", "--from-literal=a=2");
    practice.apply(reads.replace("name: settings", "name: settings-2"));
    practice.admin().run("rollout", "status", "deployment/web", "--timeout=60s");
    practice.gone("config-changed-in-place");
  }

  private static final String VOLUME =
      "volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]";

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_native_rollout_that_is_under_way() {
    Practice practice = policed("rolls");
    practice.admin().run("rollout", "status", "deployment/web", "--timeout=60s");
    practice.apply(
        WEB.replace("app:v1", "app:v2")
            .replace(
                "port: 8080 }, periodSeconds: 1",
                "port: 8080 }, periodSeconds: 1, initialDelaySeconds: 5"));
    practice.mended("native-rollout");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void images_that_are_not_there_containers_that_end_and_pods_without_a_node() {
    Practice practice = policed("pods");
    practice.apply(WEB.replace("app:v1", "app:v9").replace("IfNotPresent", "Never"));
    JsonNode pulled = practice.diagnosed("image-not-pulled");
    assertThat(pulled.path("seen").asText()).contains("app:v9", "ErrImageNeverPull");
    practice.run(pulled.path("mend").asText().replace("<image>", "kubelab.local/app:v1"));
    practice.gone("image-not-pulled");

    practice.apply(WEB.replace("image: k", "command: [/nothing]\n          image: k"));
    JsonNode crashes = practice.diagnosed("crash-loop");
    assertThat(crashes.path("mend").asText()).contains("logs web-", " -c app --previous");
    practice.apply(
        WEB.replace("terminationGrace", "nodeSelector: { disk: fast }\n      terminationGrace"));
    practice.shell(
        "kubectl -n pods patch deployment web --type=json -p"
            + " '[{\"op\":\"remove\",\"path\":\"/spec/template/spec/containers/0/command\"}]' || true");
    assertThat(practice.diagnosed("pods-have-no-room").path("seen").asText()).contains("node");
    practice.admin().run("delete", "deployment", "web");
    practice.apply(WEB);
    practice.gone("pods-have-no-room");
    practice.gone("crash-loop");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void pods_that_say_nowhere_how_they_do() {
    Practice practice = Practice.open(cluster.kubelab(), "silent", folder);
    practice.apply(WEB.replace("ports: [{ containerPort: 8080 }]", "ports: []"));
    practice.apply(POLICY);
    practice.mended("no-metrics-port");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void two_policies_for_one_deployment_and_one_that_asks_for_a_pause() {
    Practice practice = policed("policies");
    practice.apply(POLICY.replace("name: web }\nspec", "name: again }\nspec"));
    JsonNode said = practice.mended("two-policies");
    assertThat(said.at("/where/name").asText()).isIn("again", "web");
    assertThat(practice.get("releasepolicies", ".items[*].spec.workloadRef.name")).contains("web");

    String left = practice.get("releasepolicies", ".items[*].metadata.name").orElseThrow();
    practice
        .admin()
        .run(
            "patch",
            "releasepolicy",
            left,
            "--type=merge",
            "-p",
            "{\"spec\":{\"hold\":\"Pause\"}}");
    practice.mended("held-by-pause");
  }
}
