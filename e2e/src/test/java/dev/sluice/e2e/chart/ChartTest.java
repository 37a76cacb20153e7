package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.kubernetes.install.Installation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart makes, and what it refuses. */
@Tag("cluster")
@Tag("own")
@Tag("slow")
class ChartTest {
  private static final Helm HELM = Helm.without_a_cluster();
  private static final Path INSTALL = Helm.DEPLOY.resolve("install.yaml");

  @Test
  void helm_finds_nothing_to_say_against_it() {
    assertThat(HELM.run("lint", "--strict", Helm.CHART)).contains("0 chart(s) failed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void it_brings_all_that_an_installation_has(boolean onlyThere) {
    Installation installation =
        onlyThere
            ? Installation.inNamespace("sluice-system")
            : Installation.clusterWide("sluice-system");
    List<GenericKubernetesResource> rendered =
        HELM.rendered("--set=onlyThisNamespace=" + onlyThere);
    for (HasMetadata object : installation.objects()) {
      if (!(object instanceof Namespace)) {
        HasMetadata there = named(rendered, object);
        there.setMetadata(object.getMetadata());
        assertThat(there).isEqualTo(object);
      }
    }
  }

  @Test
  void what_an_operator_of_one_namespace_is_told_names_it() {
    assertThat(arguments(HELM.rendered("--set=onlyThisNamespace=true")))
        .containsExactly(
            "operator",
            "--lease-namespace=sluice-system",
            "--identity=$(POD_NAME)",
            "--namespace=sluice-system");
  }

  @Test
  void where_metrics_are_read_is_told() {
    assertThat(
            arguments(
                HELM.rendered(
                    "--set=gatewayMetrics={http://envoy:8002/stats/prometheus}",
                    "--set=prometheus.url=https://prometheus.monitoring:9090",
                    "--set=prometheus.secretName=prometheus",
                    "--set=prometheus.user=sluice")))
        .contains(
            "--gateway-metrics=http://envoy:8002/stats/prometheus",
            "--prometheus=https://prometheus.monitoring:9090",
            "--prometheus-user=sluice",
            "--prometheus-password-file=/etc/sluice/prometheus/password");
  }

  @Test
  void everything_that_may_be_switched_off_is_off_then() {
    List<String> kinds =
        HELM
            .rendered(
                "--set=crds.install=false",
                "--set=podDisruptionBudget.enabled=false",
                "--set=networkPolicy.enabled=false")
            .stream()
            .map(GenericKubernetesResource::getKind)
            .toList();
    assertThat(kinds)
        .doesNotContain(
            "CustomResourceDefinition", "PodDisruptionBudget", "NetworkPolicy", "ServiceMonitor");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          replicas=two                             | /replicas
          replicas=0                               | /replicas
          replica=2                                | replica
          image.pullPolicy=Sometimes               | /image/pullPolicy
          image.digest=latest                      | /image/digest
          gatewayMetrics={envoy:8002}              | /gatewayMetrics/0
          prometheus.url=prometheus:9090           | /prometheus/url
          prometheus.secretName=p                  | /prometheus/url
          onlyThisNamespace=yes                    | /onlyThisNamespace
          serviceMonitor.interval=often            | /serviceMonitor/interval
          """)
  void a_value_that_is_wrong_is_named(String value, String where) {
    Helm.Outcome outcome = HELM.attempt("template", "sluice", Helm.CHART, "--set", value.strip());
    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.said()).contains(where);
  }

  @Test
  void each_value_that_may_be_set_has_a_default() throws IOException {
    GenericKubernetesResource schema = file("values.schema.json");
    Map<String, Object> properties = schema.get("properties");
    assertThat(properties.keySet()).contains("global");
    assertThat(properties.keySet())
        .filteredOn(name -> !name.equals("global")) // Helm's own
        .containsExactlyInAnyOrderElementsOf(
            file("values.yaml").getAdditionalProperties().keySet());
  }

  @Test
  void install_yaml_is_what_it_makes_by_default() throws IOException {
    String yaml =
        """
        # Sluice for a whole cluster, in the namespace sluice-system: what the chart makes without any values. kubectl apply
        # --server-side -f install.yaml
        apiVersion: v1
        kind: Namespace
        metadata:
          name: sluice-system
          labels:
            pod-security.kubernetes.io/enforce: restricted
        """
            + HELM.run("template", "sluice", Helm.CHART, "--namespace=sluice-system", "--no-hooks");
    if (System.getProperty("sluice.chart", "").equals("write")) {
      Files.writeString(INSTALL, yaml);
    }
    assertThat(INSTALL)
        .as("write it anew by ./mvnw -pl e2e -am test -Dtest=ChartTest -Dsluice.chart=write …")
        .hasContent(yaml);
  }

  private static GenericKubernetesResource file(String name) throws IOException {
    return Serialization.unmarshal(
        Files.readString(Path.of(Helm.CHART, name)), GenericKubernetesResource.class);
  }

  private static List<Object> arguments(List<GenericKubernetesResource> rendered) {
    GenericKubernetesResource operator =
        rendered.stream().filter(o -> o.getKind().equals("Deployment")).findFirst().orElseThrow();
    return operator.get("spec", "template", "spec", "containers", 0, "args");
  }

  /** Of the same class. */
  private static HasMetadata named(List<GenericKubernetesResource> all, HasMetadata wanted) {
    return all.stream()
        .filter(o -> o.getKind().equals(wanted.getKind()))
        .filter(o -> o.getMetadata().getName().equals(wanted.getMetadata().getName()))
        .findFirst()
        .<HasMetadata>map(o -> Serialization.unmarshal(Serialization.asYaml(o), wanted.getClass()))
        .orElseThrow(
            () -> new AssertionError(wanted.getKind() + " " + wanted.getMetadata().getName()));
  }
}
