package dev.sluice.kubernetes.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From facts to diagnoses; how each comes about on a cluster is shown there. */
class DoctorTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
  private static final GenericKubernetesResource POLICY =
      Serialization.unmarshal(
          """
          apiVersion: sluice.dev/v1alpha1
          kind: ReleasePolicy
          metadata: { name: web, namespace: shop, generation: 1, creationTimestamp: "2026-11-26T11:59:50Z" }
          spec:
            workloadRef: { name: web }
            services: [web]
            strategy: { blueGreen: {} }
          """,
          GenericKubernetesResource.class);
  private static final Deployment WEB =
      new DeploymentBuilder()
          .withNewMetadata()
          .withName("web")
          .withNamespace("shop")
          .withUid("1")
          .endMetadata()
          .withNewSpec()
          .withReplicas(2)
          .withNewSelector()
          .addToMatchLabels("app", "web")
          .endSelector()
          .withNewTemplate()
          .withNewMetadata()
          .addToLabels("app", "web")
          .endMetadata()
          .withNewSpec()
          .addNewContainer()
          .withName("app")
          .addNewPort()
          .withContainerPort(8080)
          .endPort()
          .endContainer()
          .endSpec()
          .endTemplate()
          .endSpec()
          .build();

  private final Map<Class<?>, Seen<?>> kinds = new HashMap<>();
  private Seen<Lease> leases = Seen.not("no right");
  private Seen<Deployment> operators = Seen.not("no right");
  private boolean admission = true;

  private List<String> codes() {
    ClusterFacts cluster =
        new ClusterFacts(
            "v1.35.1",
            true,
            admission,
            "sluice-system",
            Optional.of("shop"),
            Seen.not("no right"),
            Seen.not("no right"),
            Seen.not("no right"),
            Seen.not("no right"),
            leases,
            operators,
            NOW);
    InNamespace space = new InNamespace("shop", kinds, NOW);
    List<Patient> patients =
        space.policies().stream().map(p -> Patient.of(cluster, space, p)).toList();
    return Doctor.diagnose(new Facts(cluster, List.of(space), patients, true)).stream()
        .filter(d -> !Doctor.isUnseen(d))
        .map(Diagnosis::code)
        .toList();
  }

  private static Service service(String name) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("shop")
        .endMetadata()
        .withNewSpec()
        .addToSelector("app", "web")
        .endSpec()
        .build();
  }

  @Test
  void what_was_not_looked_at_is_neither_missing_nor_fine() {
    kinds.put(GenericKubernetesResource.class, Seen.of(List.of(POLICY)));
    kinds.put(Deployment.class, Seen.not("Deployments were not read."));
    kinds.put(Service.class, Seen.not("Services were not read."));
    assertThat(codes()).isEmpty();

    kinds.put(Deployment.class, Seen.of(List.of()));
    kinds.put(Service.class, Seen.of(List.of()));
    assertThat(codes()).containsExactly("no-deployment", "service-missing");
  }

  @Test
  void of_a_list_that_was_cut_off_nothing_is_missing() {
    kinds.put(GenericKubernetesResource.class, Seen.of(List.of(POLICY)));
    kinds.put(Deployment.class, Seen.of(List.of(WEB)));
    kinds.put(Service.class, new Seen<>(List.of(service("other")), Optional.of("cut off")));
    assertThat(codes()).as("what is there is seen").containsExactly("service-not-named");
  }

  @Test
  void a_whole_policy_has_nothing_wrong() {
    kinds.put(GenericKubernetesResource.class, Seen.of(List.of(POLICY)));
    kinds.put(Deployment.class, Seen.of(List.of(WEB)));
    kinds.put(Service.class, Seen.of(List.of(service("web"))));
    assertThat(codes()).isEmpty();
  }

  @Test
  void an_api_server_without_admission_policies_is_told_what_a_pause_costs() {
    admission = false;
    assertThat(codes()).containsExactly("no-admission-policies");
  }

  @Test
  void an_operator_is_there_while_its_lease_is_renewed_wherever_it_runs() {
    operators = Seen.of(List.of());
    leases = Seen.of(List.of());
    assertThat(codes()).containsExactly("operator-absent");

    leases = Seen.of(List.of(lease(NOW.minusSeconds(20))));
    assertThat(codes()).isEmpty();
    leases = Seen.of(List.of(lease(NOW.minusSeconds(90))));
    assertThat(codes()).containsExactly("operator-absent");

    leases = Seen.not("no right");
    assertThat(codes()).as("nobody can say").isEmpty();
  }

  private static Lease lease(Instant renewed) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName("sluice")
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity("sluice-1")
        .withRenewTime(renewed.atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  @Test
  void a_command_takes_no_word_that_a_shell_would_read_otherwise() {
    Symptom symptom = Symptom.blocks("x", "It is so.", "kubectl -n <namespace> delete pod <name>");
    Diagnosis diagnosis =
        symptom.seen(
            Where.in("shop", "Pod", "web"),
            "It is.",
            Map.of("namespace", "shop", "name", "$(reboot)"));
    assertThat(diagnosis.mend()).isEqualTo("kubectl -n shop delete pod <name>");
  }

  @Test
  void a_policy_that_nobody_can_read_is_told_with_its_field() {
    GenericKubernetesResource wrong =
        Serialization.unmarshal(
            Serialization.asYaml(POLICY).replace("blueGreen", "rainbow"),
            GenericKubernetesResource.class);
    kinds.put(GenericKubernetesResource.class, Seen.of(List.of(wrong)));
    kinds.put(Deployment.class, Seen.of(List.of(WEB)));
    assertThat(codes()).contains("policy-invalid");
  }
}
