package dev.sluice.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.model.Share;
import dev.sluice.operator.Decided;
import dev.sluice.operator.cluster.EventLog.Told;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456Z");
  private static final ObjectReference ORDERS =
      new ObjectReferenceBuilder()
          .withApiVersion("sluice.dev/v1alpha1")
          .withKind("ReleasePolicy")
          .withNamespace("shop")
          .withName("orders")
          .withUid("u")
          .build();

  @Test
  void a_decision_says_what_was_done_to_which_policy_and_release_and_why() {
    Event event = of(Phase.SHIFTING, "leans-to-harm", Condition.HELD);
    assertThat(event.getRegarding()).isEqualTo(ORDERS);
    assertThat(event.getRelated().getName()).isEqualTo("orders-3");
    assertThat(event.getRelated().getKind()).isEqualTo("Release");
    assertThat(event.getReason()).isEqualTo("LeansToHarm");
    assertThat(event.getAction()).isEqualTo("Hold");
    assertThat(event.getType()).isEqualTo("Warning");
    assertThat(event.getNote()).isEqualTo("A sentence.");
    assertThat(event.getEventTime().getTime()).isEqualTo("2026-01-01T12:00:00.123456Z");
    assertThat(event.getMetadata().getNamespace()).isEqualTo("shop");
  }

  @Test
  void who_is_on_call_is_warned_of_what_stops_and_not_of_what_goes_on() {
    assertThat(of(Phase.SHIFTING, "stage", Condition.MOVING).getType()).isEqualTo("Normal");
    assertThat(of(Phase.SUCCEEDED, "succeeded", Condition.MOVING).getType()).isEqualTo("Normal");
    assertThat(of(Phase.ABORTING, "harm", Condition.MOVING).getType()).isEqualTo("Warning");
    assertThat(of(Phase.ABORTING, "superseded", Condition.MOVING).getType()).isEqualTo("Normal");
    assertThat(of(Phase.SHIFTING, "candidate-silent", Condition.RETREATED).getType())
        .isEqualTo("Warning");
  }

  @Test
  void a_note_has_at_most_1024_bytes_and_no_half_letter() {
    String long_ = "ü".repeat(600);
    assertThat(Events.fitting(long_).getBytes(StandardCharsets.UTF_8).length).isBetween(1020, 1024);
    assertThat(Events.fitting(long_)).startsWith("üü").endsWith("ü…");
    assertThat(Events.fitting("short")).isEqualTo("short");
  }

  @Test
  void the_same_again_is_counted_and_not_repeated() {
    EventLog log = new EventLog(NOON);
    assertThat(log.told("a", NOON)).isEqualTo(new Told.Once());
    log.written("a", "orders.1");
    assertThat(log.told("b", NOON)).isEqualTo(new Told.Once());
    assertThat(log.told("a", NOON.plusSeconds(1))).isEqualTo(new Told.Again("orders.1", 2));
    assertThat(log.told("a", NOON.plusSeconds(2))).isEqualTo(new Told.Again("orders.1", 3));
    assertThat(log.told("a", NOON.plus(Duration.ofMinutes(10)))).isEqualTo(new Told.Once());
  }

  @Test
  void a_loop_that_is_fought_with_writes_twenty_at_once_and_then_one_a_second() {
    EventLog log = new EventLog(NOON);
    int written = 0;
    for (int i = 0; i < 6000; i++) {
      // Ten changes of mind a second, for ten minutes.
      if (!(log.told("fight " + i % 200, NOON.plusMillis(100L * i)) instanceof Told.Nothing)) {
        written++;
      }
    }
    assertThat(written).isBetween(600, 620);
  }

  @Test
  void what_was_not_written_is_in_the_next_count() {
    EventLog log = new EventLog(NOON);
    log.told("a", NOON);
    log.written("a", "orders.1");
    for (int i = 0; i < 30; i++) {
      log.told("a", NOON);
    }
    assertThat(log.told("a", NOON.plusSeconds(5))).isEqualTo(new Told.Again("orders.1", 32));
  }

  private static Event of(Phase phase, String code, Condition condition) {
    return Events.of(
        new Decided(
            NOON,
            Optional.of("orders-3"),
            code,
            "A sentence.",
            Optional.of(phase),
            Optional.empty(),
            Share.NONE,
            1,
            0,
            condition),
        ORDERS,
        "writer");
  }
}
