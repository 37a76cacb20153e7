package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PodsTest {
  private static final String READY_AT = "2026-01-01T00:00:10Z";
  private static final ReplicaSet SET =
      new ReplicaSetBuilder().withNewSpec().endSpec().withNewMetadata().endMetadata().build();

  @Test
  void a_pod_counts_when_others_have_had_time_to_hear_that_it_is_ready() {
    assertThat(Pods.countsFrom(pod("True"), SET)).contains(Instant.parse("2026-01-01T00:00:12Z"));
  }

  @Test
  void a_set_that_wants_its_pods_ready_for_longer_has_them_counted_later() {
    ReplicaSet patient = SET.edit().editSpec().withMinReadySeconds(30).endSpec().build();

    assertThat(Pods.countsFrom(pod("True"), patient))
        .contains(Instant.parse("2026-01-01T00:00:40Z"));
  }

  @Test
  void a_pod_that_is_not_ready_or_about_to_end_does_not_count() {
    Pod ending =
        pod("True").edit().editMetadata().withDeletionTimestamp(READY_AT).endMetadata().build();

    assertThat(Pods.countsFrom(pod("False"), SET)).isEmpty();
    assertThat(Pods.countsFrom(ending, SET)).isEmpty();
  }

  private static Pod pod(String ready) {
    return new PodBuilder()
        .withNewMetadata()
        .endMetadata()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready)
        .withLastTransitionTime(READY_AT)
        .endCondition()
        .endStatus()
        .build();
  }
}
