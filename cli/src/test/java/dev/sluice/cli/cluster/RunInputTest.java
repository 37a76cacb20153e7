package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.Failed;
import dev.sluice.engine.model.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class RunInputTest {
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: orders }
      spec:
        workloadRef: { name: orders }
        services: [orders]
        strategy: { blueGreen: {} }
        analysis: { metrics: [{ template: failures }] }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: MetricTemplate
      metadata: { name: failures }
      spec: { bad: 'orders_total{outcome!="ok"}', total: orders_total }
      """;

  @TempDir private Path folder;

  @Test
  void a_policy_without_a_namespace_is_for_the_one_that_is_named_and_finds_its_templates()
      throws Exception {
    RunInput input = read(POLICY, Optional.of("shop"));
    assertThat(input.workload().namespace()).isEqualTo("shop");
    assertThat(input.resolved().metrics()).hasSize(1);
    assertThat(read(POLICY, Optional.empty()).workload().namespace()).isEqualTo("usual");
  }

  @Test
  void two_namespaces_that_differ_are_a_mistake() {
    String inShop =
        POLICY.replace("{ name: orders }\nspec", "{ name: orders, namespace: a }\nspec");
    assertThatThrownBy(() -> read(inShop, Optional.of("b")))
        .isInstanceOf(Failed.class)
        .hasMessageContaining("is for the namespace a, and --namespace says b");
  }

  @Test
  void nobody_is_asked_for_approval_in_a_run() {
    assertThatThrownBy(
            () ->
                read(
                    POLICY.replace("blueGreen: {}", "blueGreen: { approve: Before }"),
                    Optional.empty()))
        .isInstanceOf(Failed.class)
        .hasMessageContaining("take approve out");
  }

  @Test
  void a_place_to_listen_is_a_port_with_or_without_an_address_or_none() {
    CommandLine command = new CommandLine(new RunCommand());
    assertThat(Listen.at(":8080", command).orElseThrow()).hasToString("/0.0.0.0:8080");
    assertThat(Listen.at("127.0.0.1:9090", command).orElseThrow()).hasToString("/127.0.0.1:9090");
    assertThat(Listen.at("none", command)).isEmpty();
    for (String wrong : new String[] {"8080", ":99999", "a b:1", ""}) {
      assertThatThrownBy(() -> Listen.at(wrong, command))
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("write :8080");
    }
  }

  private RunInput read(String text, Optional<String> namespace) throws Failed, IOException {
    Path file = Files.writeString(folder.resolve("policy.yaml"), text);
    return RunInput.of(
        file,
        PolicyFile.manifest(file),
        namespace,
        "usual",
        _ -> new Spec.Route(false, false, false));
  }
}
