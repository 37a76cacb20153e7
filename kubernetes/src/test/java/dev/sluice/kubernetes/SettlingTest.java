package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettlingTest {
  private static final String READY_AT = "2026-01-01T00:00:10Z";
  private static final Instant THEN = Instant.parse(READY_AT);
  private static final ReplicaSet SET =
      new ReplicaSetBuilder().withNewMetadata().endMetadata().withNewSpec().endSpec().build();

  private final Settling settling = new Settling();

  @Test
  void a_pod_counts_when_others_have_had_time_to_hear_that_it_is_ready() {
    assertThat(countsFrom(pod("True"), SET, THEN.plusMillis(100))).contains(THEN.plusSeconds(2));
  }

  @Test
  void a_set_that_wants_its_pods_ready_for_longer_has_them_counted_later() {
    ReplicaSet patient = SET.edit().editSpec().withMinReadySeconds(30).endSpec().build();

    assertThat(countsFrom(pod("True"), patient, THEN)).contains(THEN.plusSeconds(30));
  }

  @Test
  void a_pod_that_is_not_ready_or_about_to_end_does_not_count() {
    Pod ending =
        pod("True").edit().editMetadata().withDeletionTimestamp(READY_AT).endMetadata().build();

    assertThat(countsFrom(pod("False"), SET, THEN)).isEmpty();
    assertThat(countsFrom(ending, SET, THEN)).isEmpty();
  }

  @Test
  void a_pod_of_a_node_whose_clock_is_ahead_counts_by_when_it_was_seen_and_goes_on_to() {
    Instant behind = THEN.minusSeconds(60);
    settling.looked();

    assertThat(countsFrom(pod("True"), SET, behind)).contains(behind.plusSeconds(2));
    assertThat(countsFrom(pod("True"), SET, THEN.plusSeconds(1))).contains(behind.plusSeconds(2));
  }

  @Test
  void such_a_pod_that_was_ready_before_this_process_began_is_not_taken_for_lost() {
    Instant behind = THEN.minusSeconds(60);

    assertThat(countsFrom(pod("True"), SET, behind).orElseThrow()).isBefore(behind);
  }

  private Optional<Instant> countsFrom(Pod pod, ReplicaSet set, Instant now) {
    Optional<Instant> from = settling.countsFrom(pod, set, now);
    settling.looked();
    return from;
  }

  private static Pod pod(String ready) {
    return new PodBuilder()
        .withNewMetadata()
        .withUid("1")
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
