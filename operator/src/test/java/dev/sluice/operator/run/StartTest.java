package dev.sluice.operator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartTest {
  private static final Workload ORDERS =
      new Workload(
          "shop",
          "orders",
          "orders",
          List.of("orders"),
          Optional.empty(),
          Optional.empty(),
          Marks.RUN);
  private static final Map<String, String> V2 = Map.of("app", "orders:v2");

  @Test
  void a_new_image_is_begun_with_and_the_template_that_serves_is_kept_to_come_back() {
    assertThat(Start.of(found("orders:v1", Map.of()), ORDERS, V2))
        .isEqualTo(
            new Start.Now(
                found("orders:v1", Map.of()).orElseThrow().getSpec().getTemplate(),
                found("orders:v2", Map.of()).orElseThrow().getSpec().getTemplate()));
  }

  @Test
  void without_an_image_what_stands_there_is_released() {
    assertThat(Start.of(found("orders:v1", Map.of()), ORDERS, Map.of()))
        .isInstanceOfSatisfying(
            Start.Now.class, now -> assertThat(now.wanted()).isEqualTo(now.before()));
  }

  @Test
  void the_same_command_goes_on_with_a_run_that_was_killed_and_another_one_does_not() {
    Map<String, String> adopted = Map.of(Marks.RUN, "orders");
    assertThat(Start.of(found("orders:v2", adopted), ORDERS, V2)).isEqualTo(new Start.Begun());
    assertThat(refused(Start.of(found("orders:v3", adopted), ORDERS, V2)))
        .contains("was interrupted is not over")
        .contains("the same command as then");
  }

  @Test
  void what_cannot_be_released_is_refused_with_a_reason() {
    assertThat(refused(Start.of(Optional.empty(), ORDERS, V2)))
        .isEqualTo("There is no Deployment orders in shop.");
    assertThat(refused(Start.of(found("orders:v1", Map.of()), ORDERS, Map.of("web", "x:v2"))))
        .isEqualTo("The Deployment orders has no container web.");
    assertThat(refused(Start.of(found("orders:v1", Map.of(Marks.POLICY, "p")), ORDERS, V2)))
        .contains("is released by an operator, under the policy p");
  }

  private static String refused(Start start) {
    assertThat(start).isInstanceOf(Start.Refused.class);
    return ((Start.Refused) start).sentence();
  }

  private static Optional<Deployment> found(String image, Map<String, String> labels) {
    return Optional.of(
        new DeploymentBuilder()
            .withNewMetadata()
            .withName("orders")
            .withLabels(labels)
            .endMetadata()
            .withNewSpec()
            .withNewTemplate()
            .withNewSpec()
            .addNewContainer()
            .withName("app")
            .withImage(image)
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build());
  }
}
