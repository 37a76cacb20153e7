package dev.sluice.kubernetes.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTest {
  @Test
  void an_autoscaler_at_its_maximum_leaves_stable_no_room_to_grow() {
    assertThat(Needs.blocking(Scaling.autoscalers(Needs.usual(), List.of(scaler("a", 4)))))
        .singleElement()
        .asString()
        .contains("is at its maximum of 4 pods");
    assertThat(Needs.blocking(Scaling.autoscalers(Needs.usual(), List.of(scaler("a", 12)))))
        .isEmpty();
  }

  @Test
  void two_autoscalers_over_one_deployment_stop_each_other() {
    assertThat(
            Needs.blocking(
                Scaling.autoscalers(Needs.usual(), List.of(scaler("a", 9), scaler("b", 9)))))
        .singleElement()
        .asString()
        .contains("a, b");
  }

  @Test
  void two_budgets_over_one_pod_block_its_eviction() {
    PodDisruptionBudget none = budget("none", "maxUnavailable: 0");

    List<Obstacle> one = Scaling.budgets(Needs.usual(), List.of(none));
    assertThat(Needs.blocking(one)).isEmpty();
    assertThat(one).singleElement().extracting(Obstacle::sentence).asString().contains("no pod");
    assertThat(
            Needs.blocking(
                Scaling.budgets(Needs.usual(), List.of(none, budget("some", "maxUnavailable: 1")))))
        .hasSize(1);
  }

  private static HorizontalPodAutoscaler scaler(String name, int most) {
    return Needs.read(
        HorizontalPodAutoscaler.class,
        """
        metadata: { name: %s }
        spec: { maxReplicas: %d, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: orders } }
        """
            .formatted(name, most));
  }

  private static PodDisruptionBudget budget(String name, String spec) {
    return Needs.read(
        PodDisruptionBudget.class,
        """
        metadata: { name: %s }
        spec: { %s, selector: { matchLabels: { app: orders } } }
        """
            .formatted(name, spec));
  }
}
