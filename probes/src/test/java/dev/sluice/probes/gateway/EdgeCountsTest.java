package dev.sluice.probes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose requests those were that a gateway counted. */
class EdgeCountsTest {
  private static final Backend ROOT = new Backend("shop", "orders");
  private static final Backend CANDIDATE = new Backend("shop", "orders-candidate");
  private static final Map<Backend, String> SPLIT = Map.of(ROOT, "old", CANDIDATE, "new");
  private static final Map<Backend, String> FLIPPED = Map.of(ROOT, "new", CANDIDATE, "new");
  private static final Instant UP = Instant.parse("2026-01-01T00:00:00Z");

  private final EdgeCounts edge = new EdgeCounts(Duration.ofSeconds(1));
  private Instant now = UP.plusSeconds(1000);

  @BeforeEach
  void two_readings_before_anything() {
    read(SPLIT, 5000, 700);
    read(SPLIT, 5000, 700);
  }

  @Test
  void only_what_is_counted_between_two_readings_is_attributed() {
    assertThat(edge.of("old")).isEqualTo(Sent.NONE);
    read(SPLIT, 5090, 710);
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 90));
    assertThat(edge.of("new")).isEqualTo(new Sent(0, 10));
    assertThat(edge.all()).isEqualTo(new Sent(0, 100));
  }

  @Test
  void what_was_counted_around_a_flip_is_nobodys_but_the_other_services_counts_go_on() {
    read(SPLIT, 5090, 710);
    read(FLIPPED, 5180, 720);
    read(FLIPPED, 5270, 730);
    assertThat(edge.of("old")).as("what came before").isEqualTo(new Sent(0, 90));
    assertThat(edge.of("new")).as("from its own Service").isEqualTo(new Sent(0, 30));
    read(FLIPPED, 5360, 740);
    assertThat(edge.of("new")).as("from both").isEqualTo(new Sent(0, 40 + 90));
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 90));
    assertThat(edge.all()).as("the load does not care").isEqualTo(new Sent(0, 360 + 40));
  }

  @Test
  void a_service_without_a_pin_is_nobodys() {
    read(Map.of(CANDIDATE, "new"), 5090, 710);
    read(SPLIT, 5180, 720);
    read(SPLIT, 5270, 730);
    assertThat(edge.of("old")).isEqualTo(Sent.NONE);
    read(SPLIT, 5360, 740);
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 90));
  }

  @Test
  void the_past_of_a_service_that_is_asked_for_anew_does_not_count() {
    Backend preview = new Backend("shop", "orders-preview");
    Map<Backend, String> more = Map.of(ROOT, "old", CANDIDATE, "new", preview, "new");
    for (int i = 0; i < 3; i++) {
      now = now.plusSeconds(2);
      edge.pinned(more, now);
      edge.saw("a", page(UP, Map.of(preview, series(3000))), now);
    }
    assertThat(edge.of("new")).isEqualTo(Sent.NONE);
  }

  @Test
  void a_gateway_that_restarted_is_compared_with_itself_only() {
    read(SPLIT, 5090, 710);
    Instant again = UP.plusSeconds(900);
    saw("a", again, 5100, 711);
    assertThat(edge.of("old")).as("another start").isEqualTo(new Sent(0, 90));
    saw("a", again, 5130, 714);
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 120));
    saw("a", again, 4, 1);
    assertThat(edge.of("old")).as("a counter that went back").isEqualTo(new Sent(0, 120));
    saw("a", again, 14, 1);
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 130));
  }

  @Test
  void a_start_that_wanders_as_envoys_does_is_the_same_one() {
    saw("a", UP.plusSeconds(5), 5090, 710);
    saw("a", UP, 5180, 720);
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 180));
  }

  @Test
  void two_processes_are_added_and_one_restarts_without_the_other() {
    saw("b", UP, 100, 10);
    tick(SPLIT);
    sawNow("a", UP, 5090, 710);
    sawNow("b", UP, 190, 20);
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 180));
    tick(SPLIT);
    sawNow("a", UP, 5180, 720);
    sawNow("b", UP.plusSeconds(1000), 3, 0);
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 270));
  }

  @Test
  void processes_that_take_turns_at_one_address_never_add_what_was_not() {
    for (int i = 0; i < 20; i++) {
      saw("a", i % 2 == 0 ? UP : UP.plusSeconds(500), i % 2 == 0 ? 9000 + i : 200 + i, 0);
    }
    assertThat(edge.of("old").all()).isLessThanOrEqualTo(20);
  }

  @Test
  void a_page_that_was_away_covers_the_gap_unless_a_flip_lies_in_it() {
    tick(SPLIT);
    tick(SPLIT);
    tick(SPLIT);
    sawNow("a", UP, 5300, 730);
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 300));
    tick(FLIPPED);
    tick(FLIPPED);
    tick(FLIPPED);
    sawNow("a", UP, 5900, 790);
    assertThat(edge.of("old")).isEqualTo(new Sent(0, 300));
    assertThat(edge.of("new")).isEqualTo(new Sent(0, 30 + 60));
  }

  @Test
  void a_series_that_appears_counts_from_its_first_event_on() {
    tick(SPLIT);
    edge.saw(
        "a",
        page(
            UP,
            Map.of(
                ROOT,
                Map.of(
                    "2", new GatewayPage.Counter(Kind.ANSWERED, 5090),
                    "5", new GatewayPage.Counter(Kind.FAILED, 7)))),
        now);
    assertThat(edge.of("old")).isEqualTo(new Sent(7, 97));
  }

  @Test
  void a_timeout_that_is_known_before_its_end_is_counted_once_and_nothing_goes_back() {
    Map<String, GatewayPage.Counter> timedOut =
        Map.of(
            "xx5", new GatewayPage.Counter(Kind.FAILED, 1),
            "timeout", new GatewayPage.Counter(Kind.TIMED_OUT, 1));
    tick(SPLIT);
    edge.saw("a", page(UP, Map.of(ROOT, timedOut)), now);
    assertThat(edge.of("old")).isEqualTo(new Sent(1, 1));
    tick(SPLIT);
    edge.saw(
        "a",
        page(
            UP,
            Map.of(
                ROOT,
                Map.of(
                    "xx5", new GatewayPage.Counter(Kind.FAILED, 1),
                    "timeout", new GatewayPage.Counter(Kind.TIMED_OUT, 1),
                    "cx", new GatewayPage.Counter(Kind.LET_GO, 3)))),
        now);
    assertThat(edge.of("old")).as("two more whose clients left").isEqualTo(new Sent(3, 3));
  }

  private void read(Map<Backend, String> pins, double root, double candidate) {
    tick(pins);
    sawNow("a", UP, root, candidate);
  }

  private void saw(String page, Instant started, double root, double candidate) {
    tick(SPLIT);
    sawNow(page, started, root, candidate);
  }

  private void tick(Map<Backend, String> pins) {
    now = now.plusSeconds(2);
    edge.pinned(pins, now);
  }

  private void sawNow(String page, Instant started, double root, double candidate) {
    edge.saw(page, page(started, Map.of(ROOT, series(root), CANDIDATE, series(candidate))), now);
  }

  private static GatewayPage page(
      Instant started, Map<Backend, Map<String, GatewayPage.Counter>> counters) {
    return new GatewayPage(Optional.of(started), counters);
  }

  private static Map<String, GatewayPage.Counter> series(double answered) {
    return Map.of("2", new GatewayPage.Counter(Kind.ANSWERED, answered));
  }
}
