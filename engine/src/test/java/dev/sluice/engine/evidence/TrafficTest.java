package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much flows, where pods cannot be read for a while. */
class TrafficTest extends Folding {
  private static final Map<String, Sample> UNREAD = Map.of();

  @Test
  void before_anything_was_counted_there_is_no_gap_that_the_first_counts_could_cover() {
    Ledger ledger = judge.empty().fold(judge, tick(1, UNREAD, UNREAD));

    Ledger read = ledger.fold(judge, tick(2, rate(0, 10), rate(0, 990)));

    assertThat(read.traffic().total().perSecond()).isEqualTo(100);
  }

  @Test
  void the_next_counts_cover_a_gap() {
    Ledger ledger = judge.empty().fold(judge, tick(1, rate(0, 10), rate(0, 990)));
    ledger = ledger.fold(judge, tick(2, UNREAD, UNREAD));

    Ledger read = ledger.fold(judge, tick(3, rate(0, 20), rate(0, 1980)));

    assertThat(read.traffic().total().perSecond()).isCloseTo(100, within(0.1));
  }

  @Test
  void what_stable_counted_while_the_candidate_was_not_read_waits_for_it_and_fades_meanwhile() {
    Ledger ledger = judge.empty().fold(judge, tick(1, UNREAD, rate(0, 990)));

    Ledger read = ledger.fold(judge, tick(2, rate(0, 20), rate(0, 990)));

    assertThat(read.traffic().total().perSecond()).isBetween(94.0, 100.0);
  }
}
