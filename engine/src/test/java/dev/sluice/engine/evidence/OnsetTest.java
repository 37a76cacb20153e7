package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Harm that may pass is seen twice before a release is over; users are led away the first time. */
class OnsetTest {
  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();
  private static final Question NEXT = new Question(Optional.empty(), Duration.ofMinutes(5));
  private static final Share HALF = Share.percent(50);
  private static final Shop.Rates GOOD = Shop.Rates.GOOD;
  private static final Shop.Rates BAD = Shop.Rates.candidateFails(.3);
  private static final Shop.Rates SLOW = new Shop.Rates(.001, .001, 3);
  private static final int MINUTE = 30;

  private final Shop shop = new Shop(5, 200, 2);
  private final Judge judge = Judges.armed(shop);
  private Ledger ledger = judge.empty();
  private Duration age = Duration.ofMinutes(10);

  @Test
  void who_fails_from_the_beginning_on_is_taken_back_at_once() {
    ticksToHarm(BAD);
    assertThat(verdict().retreat()).isEmpty();
  }

  @Test
  void who_was_good_and_fails_suddenly_is_led_away_as_soon_and_tried_once_more() {
    pass(HALF, GOOD, 3 * MINUTE);
    assertThat(ticksToHarm(BAD)).isBetween(2, 10);
    assertThat(verdict().retreat().orElseThrow())
        .startsWith("errors: ")
        .endsWith(
            "It came suddenly, and may pass: without traffic for now, the candidate is tried once"
                + " more.");

    pass(Share.NONE, GOOD, 2 * MINUTE - 1);
    assertThat(verdict().harm()).isEmpty();
    assertThat(verdict().retreat())
        .contains(
            "What spoke against the candidate may have passed: in 2 s it is tried once more.");
    pass(Share.NONE, GOOD, 1);
    assertThat(verdict().retreat()).isEmpty();
    assertThat(verdict().odds()).isLessThan(2);
  }

  @Test
  void what_comes_again_is_the_versions() {
    ledAwaySuddenly();
    pass(HALF, GOOD, 2 * MINUTE);
    ticksToHarm(BAD);
    assertThat(verdict().retreat()).isEmpty();
  }

  @Test
  void what_comes_again_after_a_long_good_time_is_chance_once_more() {
    ledAwaySuddenly();
    pass(HALF, GOOD, 10 * MINUTE);
    ticksToHarm(BAD);
    assertThat(verdict().retreat()).isPresent();
  }

  @Test
  void what_passed_leaves_the_candidate_as_it_began_but_for_what_was_hurt() {
    ledAwaySuddenly();
    double hurt = ledger.hurt();
    assertThat(hurt).isGreaterThan(10);
    pass(HALF, GOOD, 5 * MINUTE);
    assertThat(verdict().harm()).isEmpty();
    assertThat(verdict().calm()).isTrue();
    assertThat(ledger.hurt()).isGreaterThan(hurt / 2);
  }

  @Test
  void harm_that_grows_slowly_is_no_matter_of_chance() {
    pass(HALF, GOOD, 3 * MINUTE);
    Shop.Rates little = Shop.Rates.candidateFails(.003);
    assertThat(ticksToHarm(little)).isGreaterThan(20);
    assertThat(verdict().retreat()).isEmpty();
  }

  @Test
  void who_is_slow_while_its_pods_are_young_waits_until_they_are_five_times_as_old_as_compared() {
    age = Duration.ofSeconds(60);
    ticksToHarm(SLOW);
    assertThat(verdict().harm().map(Harm::metric)).contains("latency");
    assertThat(verdict().retreat().orElseThrow())
        .endsWith(
            "Its pods are young, and may not be warm: without traffic for now, the candidate is"
                + " tried once more when they are older.");
    int ticks = 0;
    while (verdict().retreat().isPresent()) {
      pass(Share.NONE, GOOD, 1);
      ticks++;
    }
    assertThat(age).isBetween(Duration.ofMinutes(5), Duration.ofSeconds(305));
    assertThat(ticks).isGreaterThan(MINUTE);
  }

  @Test
  void then_pods_that_are_still_young_are_not_compared_in_latency_and_older_ones_are() {
    age = Duration.ofSeconds(60);
    ticksToHarm(SLOW);
    pass(Share.NONE, GOOD, 5 * MINUTE);
    assertThat(verdict().retreat()).isEmpty();
    age = Duration.ofSeconds(60);
    pass(HALF, SLOW, MINUTE);
    assertThat(verdict().harm()).isEmpty();
    age = Duration.ofMinutes(5);
    ticksToHarm(SLOW);
    assertThat(verdict().retreat()).as("seen twice").isEmpty();
  }

  @Test
  void errors_of_young_pods_are_harm() {
    age = Duration.ZERO;
    ticksToHarm(BAD);
    assertThat(verdict().retreat()).isEmpty();
  }

  @Test
  void where_users_stay_for_a_minute_though_they_were_to_be_led_away_it_is_harm() {
    pass(HALF, GOOD, 3 * MINUTE);
    ticksToHarm(BAD);
    pass(HALF, BAD, MINUTE - 1);
    assertThat(verdict().retreat()).as("a data plane may need half a minute").isPresent();
    pass(HALF, BAD, 2);
    for (int i = 0; i < 3 * MINUTE; i++) {
      pass(HALF, BAD, 1);
      assertThat(verdict().harm()).isPresent();
      assertThat(verdict().retreat()).isEmpty();
    }
  }

  @Test
  void a_way_back_for_another_reason_is_none() {
    pass(HALF, GOOD, 3 * MINUTE);
    pass(Share.NONE, GOOD, 3 * MINUTE);
    assertThat(ledger.onset().state()).isEqualTo(Onset.State.NONE);
    assertThat(verdict().retreat()).isEmpty();
  }

  @Test
  void a_ledger_in_the_midst_of_it_is_read_back_as_it_was() throws JsonProcessingException {
    ledAwaySuddenly();
    assertThat(JSON.readValue(JSON.writeValueAsString(ledger), Ledger.class)).isEqualTo(ledger);
  }

  private void ledAwaySuddenly() {
    pass(HALF, GOOD, 3 * MINUTE);
    ticksToHarm(BAD);
    assertThat(verdict().retreat()).isPresent();
    pass(Share.NONE, GOOD, 2 * MINUTE);
    assertThat(verdict().retreat()).isEmpty();
  }

  private int ticksToHarm(Shop.Rates rates) {
    int ticks = 0;
    while (verdict().harm().isEmpty()) {
      pass(HALF, rates, 1);
      ticks++;
      assertThat(ticks).isLessThan(20 * MINUTE);
    }
    return ticks;
  }

  private void pass(Share weight, Shop.Rates rates, int ticks) {
    for (int i = 0; i < ticks; i++) {
      ledger = ledger.fold(judge, aged(shop.tick("half", weight, rates)));
      age = age.plusSeconds(2);
    }
  }

  private Tick aged(Tick tick) {
    return new Tick(
        tick.seq(),
        tick.length(),
        tick.stage(),
        tick.weight(),
        tick.pods().stream()
            .map(
                pod ->
                    pod.track() == Track.CANDIDATE
                        ? new PodSample(pod.track(), pod.pod(), age, pod.metrics())
                        : pod)
            .toList(),
        Map.of());
  }

  private Verdict verdict() {
    return judge.verdict(ledger, NEXT);
  }
}
