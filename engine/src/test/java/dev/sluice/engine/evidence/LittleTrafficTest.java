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
 * What little traffic, or none, says of a candidate: nothing, until there is a request of stable's
 * to compare with.
 */
class LittleTrafficTest extends Folding {
  private static final Map<String, Sample> NONE = rate(0, 0);
  private static final Map<String, Sample> UNREAD = Map.of();

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
    Judge comparing =
        new Judge(
            judge.analysis(),
            Calibration.none(),
            TICK,
            Arming.none(),
            OptionalDouble.of(Judge.WEIGHT_ACCURACY));
    Ledger slow = comparing.empty();
    Ledger fast = comparing.empty();
    for (int i = 1; i < 7; i++) {
      slow = slow.fold(comparing, tick(i, answers(0, 0), answers(0, 9900)));
      fast = fast.fold(comparing, tick(i, answers(0, 0), answers(9900, 9900)));
    }
    assertThat(slow.deficit().lnTotal()).isZero();
    assertThat(comparing.verdict(slow, NEXT).candidateSilent()).isFalse();
    assertThat(fast.deficit().lnTotal()).isGreaterThan(ShareDeficit.BAR);
    assertThat(comparing.verdict(fast, NEXT).candidateSilent()).isTrue();

    for (int i = 7; i < 13; i++) {
      slow = slow.fold(comparing, tick(i, answers(0, 0), answers(0, 9900)));
    }
    assertThat(slow.deficit().lnTotal()).as("a minute is enough").isGreaterThan(ShareDeficit.BAR);
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
