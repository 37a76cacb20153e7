package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Person.Said;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Telemetry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code sluice doctor} says of an installation that is not whole, to somebody who may look at
 * it and no more; {@code sluice install}, as it is printed, puts it right.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DoctorOfClusterTest {
  private static final String LOOKS =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: { name: looks }
      rules:
        - { apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: [list] }
        - { apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, roles], verbs: [get, list] }
        - apiGroups: [admissionregistration.k8s.io]
          resources: [mutatingadmissionpolicies, mutatingadmissionpolicybindings, validatingadmissionpolicies, validatingadmissionpolicybindings]
          verbs: [list]
        - { apiGroups: [apps], resources: [deployments], verbs: [list] }
        - { apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get] }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: { name: looks }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: looks }
      subjects: [{ kind: ServiceAccount, name: vera, namespace: ops }]
      """;
  private static final String LEASE =
      """
      apiVersion: coordination.k8s.io/v1
      kind: Lease
      metadata: { name: sluice, namespace: sluice-system }
      spec: { holderIdentity: me, leaseDurationSeconds: 15, renewTime: "2999-01-01T00:00:00.000000Z" }
      """;

  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.withoutSluice();

  @TempDir private static Path folder;

  private static Optional<Practice> practice = Optional.empty();

  private static Practice practice() {
    if (practice.isEmpty()) {
      practice = Optional.of(Practice.open(cluster.kubelab(), "ops", folder));
      practice.get().apply(LOOKS);
      cluster.kubelab().awaitGrants();
    }
    return practice.get();
  }

  @Test
  @Order(1)
  void a_cluster_that_knows_nothing_of_sluice() {
    Kubectl.admin(cluster.kubelab(), "default").run("create", "serviceaccount", "sam");
    Path file = folder.resolve("sam.conf");
    Kubeconfig.write(
        file,
        "sam",
        "default",
        cluster.kubelab().serviceAccount("default", "sam").getConfiguration());
    Person stranger = new Person(file);

    Said said = stranger.sluice("doctor");
    assertThat(said.exit()).as(said.err()).isEqualTo(1);
    assertThat(said.out())
        .contains("BLOCKS not-installed: Cluster", "$ sluice install")
        .contains("Not looked at, so nothing is known of it:");

    Said installed = new Person(cluster.kubelab().kubeconfig()).sluice("install");
    assertThat(installed.exit()).as(installed.err()).isZero();
    Said then = stranger.sluice("doctor");
    assertThat(then.exit()).as("there is Sluice, and he may not look").isEqualTo(4);
    assertThat(then.err()).contains("sluice-viewer");
    assertThat(practice().says("not-installed")).isEmpty();
  }

  @Test
  @Order(2)
  void definitions_rights_and_policies_that_are_not_as_shipped() {
    Practice practice = practice();
    assertThat(practice.says("definitions-differ")).isEmpty();
    assertThat(practice.says("operator-rights")).isEmpty();
    assertThat(practice.says("policies-missing")).isEmpty();

    practice.shell(
        "kubectl patch crd releasepolicies.sluice.dev --type=json -p '[{\"op\":\"remove\",\"path\":"
            + "\"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/drain\"}]'");
    assertThat(practice.mended("definitions-differ").at("/where/name").asText())
        .isEqualTo("releasepolicies.sluice.dev");

    practice.shell(
        "kubectl patch clusterrole sluice-operator --type=json -p '[{\"op\":\"remove\",\"path\":\"/rules/0\"}]'");
    assertThat(practice.mended("operator-rights").path("seen").asText())
        .contains("get deployments.apps");

    practice.shell("kubectl -n sluice-system delete role sluice-operator");
    practice.shell(
        "kubectl -n sluice-system create role sluice-operator --verb=get --resource=leases");
    assertThat(practice.mended("operator-rights").path("seen").asText())
        .contains("leases.coordination.k8s.io");

    practice.shell("kubectl delete mutatingadmissionpolicybinding sluice-hold");
    assertThat(practice.mended("policies-missing").path("seen").asText())
        .contains("sluice-hold is missing");
  }

  @Test
  @Order(3)
  void an_operator_that_is_not_there_is_stopped_or_says_nothing() {
    Practice practice = practice();
    practice.mended("operator-absent");
    // Its image is nowhere to be pulled from, so its pods do not start.
    assertThat(practice.diagnosed("operator-silent").path("mend").asText())
        .contains("logs deployment/sluice");

    practice.admin().run("-n", "sluice-system", "scale", "deployment/sluice", "--replicas=0");
    practice.mended("operator-stopped");

    // As one does that has come to life.
    Kubectl.admin(cluster.kubelab(), "sluice-system").with(LEASE, "apply", "-f", "-");
    practice.gone("operator-silent");
    practice.admin().run("-n", "sluice-system", "delete", "lease", "sluice");
    practice.diagnosed("operator-silent");
  }

  @Test
  @Order(4)
  void a_policy_is_not_looked_at_before_there_is_an_operator_and_says_when_it_is_not_guarded()
      throws Exception {
    Practice practice = practice();
    practice.apply(Practice.WEB);
    practice.apply(Practice.POLICY);
    practice.diagnosed("not-looked-at-by-operator");
    try (Operator _ =
        Operator.start(
            cluster.kubelab().serviceAccount("sluice-system", "sluice"),
            Optional.of("ops"),
            ClusterSources.reading(ClusterSources.Elsewhere.gateways(List.of())),
            Settings.defaults(),
            new Telemetry())) {
      practice.gone("not-looked-at-by-operator");

      practice.shell("kubectl delete mutatingadmissionpolicybinding sluice-hold");
      assertThat(practice.mended("not-guarded").path("seen").asText()).contains("sluice-hold");
    }
  }
}
