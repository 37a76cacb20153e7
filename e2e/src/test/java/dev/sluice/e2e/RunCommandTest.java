package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code sluice run} as a job of a pipeline starts it: a process with a token that may do what its
 * help says and nothing else, on a cluster where nothing is installed, with no way to the pods but
 * through the API server.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(420)
class RunCommandTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  static final String RIGHTS =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: { name: pipeline }
      rules:
        - { apiGroups: [apps], resources: [deployments], verbs: [get, list, watch, patch] }
        - { apiGroups: [apps], resources: [replicasets], verbs: [get, list, watch, create, patch, delete] }
        - { apiGroups: [""], resources: [pods, services], verbs: [get, list, watch, create, patch, delete] }
        - { apiGroups: [""], resources: [pods/proxy], verbs: [get] }
        - { apiGroups: [policy], resources: [poddisruptionbudgets], verbs: [get, list, watch, create, patch, delete] }
        - { apiGroups: [gateway.networking.k8s.io], resources: [httproutes], verbs: [get, list, watch, patch] }
        - { apiGroups: [""], resources: [configmaps], verbs: [get, create, update] }
        - { apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, patch, update] }
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: { name: pipeline }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: { name: pipeline }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: pipeline }
      subjects: [{ kind: ServiceAccount, name: pipeline }]
      """;

  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: order-service }
      spec:
        workloadRef: { name: order-service }
        services: [order-service]
        route: { gateway: { httpRoutes: [{ name: order-service }] } }
        strategy:
          canary:
            stages:
              - { name: small, weight: 10, min: 3s, max: 10s }
              - { name: half, weight: 50, min: MIN, max: MAX }
            bake: 4s
        drain: 1s
        analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @TempDir private Path folder;

  @Test
  void a_good_version_takes_over_and_the_record_is_printed() throws Exception {
    try (ReleasedShop shop = open("run-good")) {
      Map<String, Object> before = shop.written();
      shop.comeUsers(60);
      Process run = run(shop, "3s", "10s");
      assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said()).isTrue();
      assertThat(run.exitValue()).as(said()).isZero();
      assertThat(Json.read(Files.readString(folder.resolve("out"))).at("/status/phase").asText())
          .isEqualTo("Succeeded");
      assertThat(report()).contains("name=\"small\"", "name=\"half\"", "failures=\"0\"");
      assertThat(said()).contains("::group::small", "::group::half", "::notice title=Sluice::");
      assertThat(shop.shop().served()).contains("v2");
      Map<String, Object> after = shop.written();
      assertThat(String.valueOf(after.remove("Deployment spec")))
          .isEqualTo(String.valueOf(before.remove("Deployment spec")).replace(":v1", ":v2"));
      assertThat(after).as("all else is as it was").isEqualTo(before);
      assertThat(shop.extras()).isEmpty();
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  @Test
  void interrupted_it_takes_the_traffic_back_and_says_so() throws Exception {
    try (ReleasedShop shop = open("run-interrupted")) {
      Map<String, Object> before = shop.written();
      Set<String> pods = shop.pods();
      Users users = shop.comeUsers(60);
      Process run = run(shop, "5m", "10m");
      Await.until(
          "half of the users meet v2", PATIENCE, () -> users.accounts().answeredBy("v2") > 100);
      new ProcessBuilder("kill", "-INT", String.valueOf(run.pid())).start().waitFor();
      assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(said()).isTrue();
      assertThat(run.exitValue()).as(said()).isEqualTo(1);
      assertThat(said()).contains("Interrupted: traffic goes back to stable.");
      assertThat(said()).contains("::error title=Sluice::");
      assertThat(report()).contains("failures=\"1\"", "name=\"half\"");
      assertThat(shop.written()).isEqualTo(before);
      assertThat(shop.pods()).isEqualTo(pods);
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  private static ReleasedShop open(String namespace) {
    ReleasedShop shop = cluster.open(namespace);
    Kubectl.admin(cluster.kubelab(), namespace).with(RIGHTS, "apply", "-f", "-");
    cluster.kubelab().awaitGrants();
    return shop;
  }

  private Process run(ReleasedShop shop, String min, String max) throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Kubeconfig.write(
        kubeconfig,
        "pipeline",
        shop.namespace(),
        cluster.kubelab().serviceAccount(shop.namespace(), "pipeline").getConfiguration());
    Path policy =
        Files.writeString(
            folder.resolve("policy.yaml"), POLICY.replace("MIN", min).replace("MAX", max));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.sluice.cli.Main",
            "run",
            "--kubeconfig=" + kubeconfig,
            "-f",
            policy.toString(),
            "--set-image=order-service=sluice.local/order-service:v2",
            "--through-api-server",
            "--gateway-metrics=" + cluster.gateway().stats(),
            "--junit=" + folder.resolve("release.xml"),
            "--annotations=github",
            "--output=json")
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private String report() throws IOException {
    return Files.readString(folder.resolve("release.xml"));
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("err"));
  }
}
