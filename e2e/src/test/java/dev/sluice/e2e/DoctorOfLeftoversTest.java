package dev.sluice.e2e;

import static dev.sluice.e2e.Practice.POLICY;
import static dev.sluice.e2e.Practice.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Person.Said;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What {@code sluice doctor} says of things that nobody goes on with, the way out that it prints,
 * and what it says to somebody who may look at little.
 */
@Order(1)
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(300)
class DoctorOfLeftoversTest {
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: web }
      spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }
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
  void marks_of_a_policy_that_is_gone() {
    Practice practice = open("left");
    practice.apply(ROUTE);
    Kubectl admin = practice.admin();
    admin.run("label", "service/web", "httproute/web", "deployment/web", "sluice.dev/policy=web");
    admin.run("annotate", "service/web", "sluice.dev/pin=5d59d67564");
    admin.run(
        "annotate",
        "httproute/web",
        "sluice.dev/split=web web-candidate 500 1000 1",
        "sluice.dev/release=web-7");
    admin.run("label", "deployment/web", "sluice.dev/held=true");
    admin.run("create", "service", "clusterip", "web-candidate", "--tcp=80");
    admin.run("label", "service/web-candidate", "sluice.dev/policy=web");
    assertThat(practice.get("service/web", ".spec.selector.pod-template-hash"))
        .contains("5d59d67564");
    assertThat(practice.get("deployment/web", ".spec.paused")).contains("true");

    practice.mended("split-left");
    practice.mended("pin-left");
    practice.mended("candidate-left");
    practice.mended("hold-left");
    assertThat(practice.says("label-left")).isEmpty();
    assertThat(practice.get("service/web", ".spec.selector.pod-template-hash")).isEmpty();
    assertThat(practice.get("httproute/web", ".spec.rules[*].backendRefs[*].name")).contains("web");
    assertThat(practice.get("deployment/web", ".spec.paused")).isEmpty();

    admin.run("label", "service/web", "sluice.dev/policy=web");
    practice.mended("label-left");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_run_that_nobody_goes_on_with() {
    Practice practice = open("run");
    practice.admin().run("label", "deployment/web", "sluice.dev/run=web");
    practice.diagnosed("run-left");
    // As a run does that goes on with it.
    practice.apply(
        """
        apiVersion: coordination.k8s.io/v1
        kind: Lease
        metadata: { name: sluice-web }
        spec: { holderIdentity: me, leaseDurationSeconds: 15, renewTime: "%s" }
        """
            .formatted(
                ZonedDateTime.now(ZoneOffset.UTC)
                    .format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"))));
    practice.gone("run-left");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void a_policy_that_no_operator_looks_at_and_that_none_lets_go() {
    Practice practice = policed("alone");
    practice.diagnosed("not-looked-at-by-operator");
    practice.shell(
        "kubectl -n alone patch releasepolicy web --type=merge -p '{\"metadata\":{\"finalizers\":[\"sluice.dev/leave\"]}}'");
    practice.admin().run("delete", "releasepolicy", "web", "--wait=false");
    practice.mended("policy-leaving");
    assertThat(practice.get("releasepolicies", ".items")).contains("[]");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void the_way_out_is_printed_and_ends_with_nothing_left() {
    Practice practice = policed("escape");
    practice.admin().run("rollout", "status", "deployment/web", "--timeout=60s");
    String hash =
        practice.get("replicasets", ".items[0].metadata.labels.pod-template-hash").orElseThrow();
    practice.admin().run("label", "service/web", "deployment/web", "sluice.dev/policy=web");
    practice.admin().run("annotate", "service/web", "sluice.dev/pin=" + hash);
    practice.admin().run("label", "deployment/web", "sluice.dev/held=true");

    Said said = practice.visitor().sluice("doctor", "web", "--escape");

    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.out()).startsWith("NS=escape POLICY=web\n");
    practice.shell("set +e\n" + said.out());
    assertThat(practice.admin().run("get", "deployment,service,replicaset", "-o", "yaml"))
        .doesNotContain(
            "sluice.dev/pin:", "sluice.dev/policy:", "sluice.dev/held:", "paused: true");
    assertThat(practice.get("releasepolicies", ".items")).contains("[]");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void what_may_not_be_looked_at_is_said_and_never_taken_for_fine() {
    Practice practice = Practice.open(cluster.kubelab(), "few", folder);
    Person stranger = Person.of(cluster.kubelab(), "few", "sam", folder, "sluice-viewer");
    practice.apply(POLICY);

    Said said = stranger.sluice("doctor");

    assertThat(said.exit()).as(said.out()).isZero();
    assertThat(said.out())
        .contains("Not looked at, so nothing is known of it:")
        .contains("Deployment objects in few were not read", "The admission policies were not read")
        .endsWith("Nothing wrong was seen in what could be looked at.\n")
        .doesNotContain("no-deployment", "service-missing");
    Said nobody = stranger.sluice("doctor", "-n", "default");
    assertThat(nobody.exit()).isEqualTo(4);
    assertThat(nobody.err()).contains("sluice-viewer");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void it_changes_nothing() {
    Practice practice = policed("same");
    practice.admin().run("rollout", "status", "deployment/web", "--timeout=60s");
    try (KubernetesClient admin = cluster.kubelab().user("kubernetes-admin", "system:masters")) {
      String before = versions(admin);
      practice.says("service-not-named");
      assertThat(versions(admin)).isEqualTo(before);
    }
  }

  private static String versions(KubernetesClient admin) {
    return admin.apps().deployments().inNamespace("same").list().getItems().toString()
        + admin.services().inNamespace("same").list().getItems()
        + admin
            .genericKubernetesResources("sluice.dev/v1alpha1", "ReleasePolicy")
            .inNamespace("same")
            .list()
            .getItems();
  }
}
