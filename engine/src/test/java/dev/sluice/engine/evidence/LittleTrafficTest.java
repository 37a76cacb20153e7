package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What little traffic says of a candidate: nothing, until there is a request of stable's to compare
 * with. Nor does a weight say anything that nobody has seen to be served.
 */
class LittleTrafficTest extends Folding {
  private static final Map<String, Sample> NONE = rate(0, 0);
  private static final Map<String, Sample> UNREAD = Map.of();

  /** It knows by how much the data plane may miss a weight. */
  private final Judge comparing =
      new Judge(
          judge.analysis(),
          Calibration.none(),
          TICK,
          Arming.none(),
          OptionalDouble.of(Judge.WEIGHT_ACCURACY));

  @Test
  void requests_of_one_version_wait_for_one_of_the_other() {
    MetricLedger apart =
        errors(
            folded(
                tick(1, rate(1, 1), NONE), tick(2, rate(0, 2), NONE), tick(3, NONE, rate(0, 3))));

    Tick one = longer(tick(1, rate(1, 3), rate(0, 3)), Duration.ofSeconds(30));
    MetricLedger together = errors(folded(one));

    assertThat(apart.harm()).isEqualTo(together.harm());
    assertThat(apart.total()).isEqualTo(together.total());
    assertThat(apart.carried()).isEqualTo(Counts.NONE);
  }

  @Test
  void they_do_not_wait_for_longer_than_a_minute() {
    Ledger ledger = folded(repeated(5, rate(1, 1), NONE));
    assertThat(errors(ledger).total()).isEqualTo(Counts.NONE);

    ledger = ledger.fold(judge, tick(6, rate(1, 1), NONE));

    assertThat(errors(ledger).total()).isEqualTo(new Counts(6, 6, 0, 0));
    assertThat(errors(ledger).carried()).isEqualTo(Counts.NONE);
  }

  @Test
  void ten_seconds_without_a_request_of_stables_are_no_flip() {
    Ledger ledger = folded(repeated(30, rate(1, 1), NONE));

    assertThat(errors(ledger).alone()).isFalse();
    assertThat(judge.verdict(ledger, NEXT).odds()).isLessThanOrEqualTo(1);
  }

  @Test
  void one_bad_request_leans_nowhere_whatever_the_odds() {
    Ledger ledger = folded(tick(1, NONE, rate(0, 500)), tick(2, rate(1, 1), rate(0, 100)));
    assertThat(judge.verdict(ledger, NEXT).odds()).isGreaterThan(1);
    assertThat(judge.verdict(ledger, NEXT).leaning()).isFalse();

    for (int i = 3; i < 5; i++) {
      ledger = ledger.fold(judge, tick(i, rate(1, 1), rate(0, 100)));
    }

    assertThat(judge.verdict(ledger, NEXT).leaning()).isTrue();
  }

  @Test
  void who_has_no_request_while_traffic_is_a_hundredth_of_what_it_was_is_not_silent() {
    Ledger busy = folded(repeated(10, rate(0, 100), rate(0, 9900)));
    Ledger fallen = busy;
    Ledger silent = busy;
    for (int i = 11; i < 16; i++) {
      fallen = fallen.fold(judge, tick(i, NONE, rate(0, 99)));
      silent = silent.fold(judge, tick(i, NONE, rate(0, 9900)));
    }

    assertThat(judge.verdict(fallen, NEXT).candidateSilent()).isFalse();
    assertThat(judge.verdict(silent, NEXT).candidateSilent()).isTrue();
  }

  @Test
  void who_was_silent_with_everybody_is_not_silent_when_the_other_speaks_first() {
    Ledger ledger = folded(repeated(10, rate(0, 100), rate(0, 9900)));
    for (int i = 11; i < 16; i++) {
      ledger = ledger.fold(judge, tick(i, NONE, NONE));
    }
    assertThat(judge.verdict(ledger, NEXT).stableSilent()).isTrue();

    ledger = ledger.fold(judge, tick(16, NONE, rate(0, 9900)));
    assertThat(judge.verdict(ledger, NEXT).candidateSilent()).isFalse();

    ledger = ledger.fold(judge, tick(17, NONE, rate(0, 9900)));
    ledger = ledger.fold(judge, tick(18, NONE, rate(0, 9900)));
    assertThat(judge.verdict(ledger, NEXT).candidateSilent()).isTrue();
  }

  @Test
  void whose_silence_it_was_with_all_of_the_traffic_is_known_when_stable_answers() {
    Ledger ledger = folded(repeated(10, rate(0, 100), rate(0, 9900)));
    for (int i = 11; i < 14; i++) {
      ledger = ledger.fold(judge, at(tick(i, NONE, NONE), Share.ALL));
    }
    assertThat(judge.verdict(ledger, NEXT).candidateSilent()).isTrue();

    for (int i = 14; i < 20; i++) {
      ledger = ledger.fold(judge, at(tick(i, NONE, NONE), Share.NONE));
      assertThat(judge.verdict(ledger, NEXT).candidateSilent())
          .as("stable has said nothing")
          .isTrue();
    }

    ledger = ledger.fold(judge, at(tick(20, NONE, rate(0, 10)), Share.NONE));
    assertThat(judge.verdict(ledger, NEXT).candidateSilent()).isFalse();
  }

  private static Tick at(Tick tick, Share weight) {
    return new Tick(tick.seq(), tick.length(), tick.stage(), weight, tick.pods(), tick.edge());
  }

  @Test
  void where_most_pages_of_stable_cannot_be_read_the_candidates_says_nothing_by_missing() {
    Ledger unread = judge.empty();
    Ledger read = judge.empty();
    for (int i = 1; i < 5; i++) {
      unread = unread.fold(judge, beside(i, List.of(rate(0, 9900), UNREAD, UNREAD)));
      read = read.fold(judge, beside(i, List.of(rate(0, 9900), rate(0, 9900), UNREAD)));
    }

    assertThat(judge.verdict(unread, NEXT).candidateSilent()).isFalse();
    assertThat(judge.verdict(read, NEXT).candidateSilent()).isTrue();
  }

  @Test
  void what_was_sent_before_the_weight_changed_is_answered_by_whom_it_was_sent_to() {
    Ledger slow = comparing.empty();
    for (int i = 1; i < 7; i++) {
      slow = slow.fold(comparing, tick(i, answers(0, 0), answers(0, 9900)));
    }
    assertThat(slow.deficit().lnTotal()).isZero();
    assertThat(slow.observed()).as("nothing of this weight was answered yet").isLessThan(20);
    assertThat(comparing.verdict(slow, NEXT).candidateSilent()).isFalse();

    for (int i = 7; i < 14; i++) {
      slow = slow.fold(comparing, tick(i, answers(0, 0), answers(0, 9900)));
    }
    assertThat(slow.deficit().lnTotal()).as("a minute is enough").isGreaterThan(ShareDeficit.BAR);
    assertThat(comparing.verdict(slow, NEXT).candidateSilent()).isTrue();
  }

  @Test
  void where_answers_come_at_once_they_are_missed_at_once() {
    Ledger fast = comparing.empty();
    for (int i = 1; i < 3; i++) {
      fast = fast.fold(comparing, tick(i, answers(100, 100), answers(9900, 9900)));
    }
    for (int i = 3; i < 7; i++) {
      fast = fast.fold(comparing, tick(i, answers(0, 0), answers(9900, 9900)));
    }
    assertThat(fast.deficit().lnTotal()).isGreaterThan(ShareDeficit.BAR);
    assertThat(comparing.verdict(fast, NEXT).candidateSilent()).isTrue();
  }

  @Test
  void a_weight_is_compared_and_its_time_begins_when_it_was_seen_to_be_served() {
    Share fifth = Share.percent(20);
    Ledger ledger = comparing.empty();
    for (int i = 1; i < 7; i++) {
      ledger = ledger.fold(comparing, at(tick(i, answers(100, 100), answers(9900, 9900)), fifth));
    }
    assertThat(ledger.deficit().lnTotal()).as("a hundredth is served as before").isZero();
    assertThat(ledger.observed()).as("but for the tick in which it was asked for").isEqualTo(10);

    ledger = ledger.fold(comparing, at(tick(7, answers(2000, 2000), answers(8000, 8000)), fifth));
    assertThat(ledger.deficit().lnTotal()).isZero();
    assertThat(ledger.observed()).isEqualTo(20);

    for (int i = 8; i < 11; i++) {
      ledger = ledger.fold(comparing, at(tick(i, answers(1000, 1000), answers(8000, 8000)), fifth));
    }
    assertThat(ledger.deficit().lnTotal()).as("half is lost").isGreaterThan(ShareDeficit.BAR);
  }

  @Test
  void a_weight_that_is_not_served_for_a_minute_is_requests_that_are_lost() {
    Ledger ledger = comparing.empty();
    for (int i = 1; i < 11; i++) {
      ledger =
          ledger.fold(
              comparing, at(tick(i, answers(1000, 1000), answers(8000, 8000)), Share.percent(20)));
    }
    assertThat(ledger.deficit().lnTotal()).isGreaterThan(ShareDeficit.BAR);
  }

  private static Map<String, Sample> answers(double withinASecond, double all) {
    SortedMap<Double, Double> le = new TreeMap<>();
    le.put(1.0, withinASecond);
    le.put(Double.POSITIVE_INFINITY, all);
    return Map.of("errors", new Sample.Rate(0, all), "latency", new Sample.Buckets(le));
  }

  private static Tick beside(long seq, List<Map<String, Sample>> stable) {
    List<PodSample> pods = new ArrayList<>();
    pods.add(pod(Track.CANDIDATE, "c", UNREAD));
    for (int i = 0; i < stable.size(); i++) {
      pods.add(pod(Track.STABLE, "s" + i, stable.get(i)));
    }
    return new Tick(seq, TICK, "pre-heat", ONE, pods, Map.of());
  }

  private static Tick[] repeated(int times, Map<String, Sample> one, Map<String, Sample> other) {
    return IntStream.rangeClosed(1, times).mapToObj(i -> tick(i, one, other)).toArray(Tick[]::new);
  }

  private Ledger folded(Tick... ticks) {
    Ledger ledger = judge.empty();
    for (Tick tick : ticks) {
      ledger = ledger.fold(judge, tick);
    }
    return ledger;
  }

  private static MetricLedger errors(Ledger ledger) {
    return ledger.metrics().stream()
        .filter(row -> row.metric().equals("errors"))
        .findFirst()
        .orElseThrow();
  }
}
