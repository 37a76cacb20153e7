package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where the candidate has all of the traffic nobody is beside it to compare it with. */
class SwitchbackTest {
  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();
  private static final Question NEXT = new Question(Optional.empty(), Duration.ofMinutes(5));
  private static final int HALF_A_MINUTE = 15;
  private static final Shop.Rates BAD = Shop.Rates.candidateFails(.3);
  private static final Shop.Rates BAD_HOUR = new Shop.Rates(.3, .3, 1);

  private final Shop shop = new Shop(3, 200, 2);
  private final Judge judge = Judges.armed(shop);
  private Ledger ledger = judge.empty();

  @Test
  void a_candidate_that_is_worse_than_stables_past_gives_the_traffic_back_at_once() {
    pass(Share.ALL, Shop.Rates.GOOD, 5);
    assertThat(verdict().retreat()).isEmpty();
    int ticks = ticksToRetreat(BAD);
    assertThat(ticks).isBetween(2, 10);
    assertThat(verdict().harm()).as("it may be the hour").isEmpty();
    assertThat(verdict().suspicion()).isEmpty();
    assertThat(verdict().retreat().orElseThrow())
        .startsWith("errors: ")
        .contains("of the candidate's requests were bad against")
        .endsWith("Stable gets all traffic, to see whether it is the version.");
  }

  @Test
  void without_a_past_an_outage_does_so_too() {
    Judge unarmed = Judges.unarmed();
    Ledger seen = unarmed.empty();
    for (int i = 0; i < 60; i++) {
      Share weight = Share.percent(i < 30 ? 50 : 100);
      seen = seen.fold(unarmed, shop.tick("at " + weight, weight, Shop.Rates.GOOD));
    }
    int ticks = 0;
    while (unarmed.verdict(seen, NEXT).retreat().isEmpty() && ticks < 60) {
      seen = seen.fold(unarmed, shop.tick("at 100%", Share.ALL, BAD));
      ticks++;
    }
    assertThat(ticks).isBetween(3, 20);
    assertThat(unarmed.verdict(seen, NEXT).harm()).isEmpty();
  }

  @Test
  void it_was_the_version_where_stable_is_as_usual_right_after() {
    pass(Share.ALL, Shop.Rates.GOOD, 5);
    var _ = ticksToRetreat(BAD);
    pass(Share.NONE, BAD, HALF_A_MINUTE - 1);
    assertThat(verdict().harm()).isEmpty();
    assertThat(verdict().retreat().orElseThrow())
        .isEqualTo(
            "Stable has had all traffic again for 28 of 30 s, to see whether it is as bad in errors"
                + " as the candidate was.");
    pass(Share.NONE, BAD, 1);
    Harm harm = verdict().harm().orElseThrow();
    assertThat(harm.kind()).isEqualTo(Harm.Kind.SWITCHBACK);
    assertThat(harm.stableRate()).isLessThan(.01);
    assertThat(harm.candidateRate()).isGreaterThan(.05);
    assertThat(harm.sentence()).contains("of stable's right after it");
  }

  @Test
  void it_was_the_hour_where_stable_is_as_bad_and_the_candidate_waits_until_it_is_over() {
    pass(Share.ALL, Shop.Rates.GOOD, 5);
    var _ = ticksToRetreat(BAD_HOUR);
    for (int i = 0; i < 10 * HALF_A_MINUTE; i++) {
      pass(Share.NONE, BAD_HOUR, 1);
      assertThat(verdict().harm()).isEmpty();
      assertThat(verdict().retreat()).isPresent();
    }
    assertThat(verdict().retreat().orElseThrow())
        .isEqualTo(
            "Stable is not as usual in errors either: it is not the candidate, which waits until it"
                + " is.");
    pass(Share.NONE, Shop.Rates.GOOD, HALF_A_MINUTE - 1);
    assertThat(verdict().retreat()).isPresent();
    pass(Share.NONE, Shop.Rates.GOOD, HALF_A_MINUTE + 1);
    assertThat(verdict().retreat()).isEmpty();
    pass(Share.ALL, Shop.Rates.GOOD, 60);
    assertThat(verdict().retreat()).isEmpty();
    assertThat(verdict().harm()).isEmpty();
    assertThat(verdict().calm()).isTrue();
  }

  @Test
  void a_bad_hour_is_no_measure_for_what_comes_after_it() {
    Judge fresh = Judges.always();
    ledger = pass(fresh, fresh.empty(), Share.NONE, Shop.Rates.GOOD, 10);
    ledger = pass(fresh, ledger, Share.ALL, BAD_HOUR, 10);
    ledger = pass(fresh, ledger, Share.NONE, BAD_HOUR, 5 * HALF_A_MINUTE);
    ledger = pass(fresh, ledger, Share.NONE, Shop.Rates.GOOD, 3 * HALF_A_MINUTE);
    assertThat(fresh.verdict(ledger, NEXT).retreat()).isEmpty();
    ledger = pass(fresh, ledger, Share.ALL, Shop.Rates.candidateFails(.1), 20);
    assertThat(fresh.verdict(ledger, NEXT).retreat()).isPresent();
  }

  @Test
  void who_was_good_for_a_minute_may_have_met_an_hour_that_is_just_over_and_is_tried_once_more() {
    pass(Share.ALL, Shop.Rates.GOOD, 40);
    for (int time = 1; time <= 2; time++) {
      assertThat(ticksToRetreat(BAD)).isBetween(2, 10);
      pass(Share.NONE, BAD, HALF_A_MINUTE);
      assertThat(verdict().harm().isPresent()).as("the %d. time", time).isEqualTo(time == 2);
      assertThat(verdict().retreat()).isEmpty();
    }
  }

  @Test
  void what_was_seen_beside_stable_needs_no_switchback() {
    pass(Share.percent(50), Shop.Rates.GOOD, 5);
    while (verdict().harm().isEmpty()) {
      assertThat(verdict().retreat()).isEmpty();
      pass(Share.percent(50), BAD, 1);
    }
    pass(Share.ALL, BAD, 1);
    assertThat(verdict().harm()).isPresent();
    assertThat(verdict().retreat()).isEmpty();
  }

  @Test
  void a_way_back_for_another_reason_is_none() {
    pass(Share.ALL, Shop.Rates.GOOD, 30);
    pass(Share.NONE, Shop.Rates.GOOD, 2 * HALF_A_MINUTE);
    assertThat(ledger.switchback()).isEmpty();
    assertThat(verdict().retreat()).isEmpty();
    assertThat(verdict().harm()).isEmpty();
  }

  @Test
  void while_nobody_can_be_read_nothing_is_learned_of_stable() {
    pass(Share.ALL, Shop.Rates.GOOD, 5);
    var _ = ticksToRetreat(BAD);
    pass(Share.NONE, BAD, 1);
    for (int i = 0; i < 10 * HALF_A_MINUTE; i++) {
      ledger = ledger.fold(judge, unread(shop.tick("bake", Share.NONE, BAD)));
    }
    assertThat(verdict().harm()).isEmpty();
    assertThat(verdict().retreat()).isPresent();
  }

  @Test
  void a_ledger_in_the_midst_of_it_is_read_back_as_it_was() throws JsonProcessingException {
    pass(Share.percent(50), Shop.Rates.GOOD, 60);
    pass(Share.ALL, Shop.Rates.GOOD, 60);
    var _ = ticksToRetreat(BAD);
    for (int i = 0; i < HALF_A_MINUTE + 5; i++) {
      assertThat(JSON.readValue(JSON.writeValueAsString(ledger), Ledger.class)).isEqualTo(ledger);
      pass(Share.NONE, BAD, 1);
    }
  }

  private void pass(Share weight, Shop.Rates rates, int ticks) {
    ledger = pass(judge, ledger, weight, rates, ticks);
  }

  private Ledger pass(Judge by, Ledger before, Share weight, Shop.Rates rates, int ticks) {
    Ledger seen = before;
    for (int i = 0; i < ticks; i++) {
      seen = seen.fold(by, shop.tick(weight.isNone() ? "before bake" : "bake", weight, rates));
    }
    return seen;
  }

  private int ticksToRetreat(Shop.Rates rates) {
    int ticks = 0;
    while (verdict().retreat().isEmpty() && ticks < 60) {
      pass(Share.ALL, rates, 1);
      ticks++;
    }
    return ticks;
  }

  private Verdict verdict() {
    return judge.verdict(ledger, NEXT);
  }

  private static Tick unread(Tick tick) {
    Stream<PodSample> pods =
        tick.pods().stream().map(p -> new PodSample(p.track(), p.pod(), p.age(), Map.of()));
    return new Tick(
        tick.seq(), tick.length(), tick.stage(), tick.weight(), pods.toList(), Map.of());
  }
}
