package dev.sluice.cli.scene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.model.Metric;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From what age on pods are compared, for whoever suspects that they were not warm yet. */
class YoungPodsTest {
  @Test
  void a_release_is_explained_with_the_age_from_which_its_pods_are_compared() {
    assertThat(Explanation.of(Running.calibrated(Calibration.none())).text(""))
        .contains(
            "It cannot see pods younger than 1m in latency; if new ones need longer to get warm, say"
                + " so in the metric's warmUp.");
  }

  @Test
  void each_metric_has_an_age_of_its_own() {
    Metric slow = Metric.latency().warmAfter(Duration.ofSeconds(90));
    assertThat(Evidence.young(List.of(Metric.errors(), slow, Metric.cpu(), Metric.memory())))
        .hasValueSatisfying(
            said -> assertThat(said).contains("than 1m30s in latency, 5m in cpu, 10m in memory;"));
  }

  @Test
  void where_no_pod_is_too_young_nothing_is_said() {
    Metric atOnce = Metric.latency().warmAfter(Duration.ZERO);
    assertThat(Evidence.young(List.of(Metric.errors(), atOnce))).isEmpty();
  }
}
