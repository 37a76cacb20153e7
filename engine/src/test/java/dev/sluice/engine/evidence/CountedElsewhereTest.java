package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What gateways and queries count of whole versions becomes evidence beside what pods count. */
class CountedElsewhereTest extends Folding {
  @Test
  void errorsThatOnlyTheGatewaySawAreAMetricOfTheirOwn() {
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 6; i++) {
      Tick tick = tick(i, rate(0, 50), rate(10, 9900));
      ledger =
          ledger.fold(
              judge,
              new Tick(
                  i,
                  TICK,
                  tick.stage(),
                  tick.weight(),
                  tick.pods(),
                  Map.of(
                      Track.CANDIDATE,
                      new Sample.Rate(50, 100),
                      Track.STABLE,
                      new Sample.Rate(10, 9900))));
    }
    assertThat(ledger.metrics().stream().map(MetricLedger::metric))
        .containsExactly("errors", "latency", "latency", "edge-errors");
    assertThat(ledger.metrics().stream().map(MetricLedger::weight))
        .containsExactly(0.25, 0.25, 0.25, 0.25);
    assertThat(judge.verdict(ledger, NEXT).harm().map(Harm::metric)).contains("edge-errors");
  }

  @Test
  void aGatewayWhosePageComesLaterJoinsThenAndIsJudged() {
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 5; i++) {
      ledger = ledger.fold(judge, tick(i, rate(0, 50), rate(10, 9900)));
    }
    Ledger joined = ledger.fold(judge, edge(6, 0, 0, 0, 0));
    assertThat(joined.metrics().stream().map(MetricLedger::metric))
        .containsExactly("errors", "latency", "latency", "edge-errors");
    MetricLedger row = joined.metrics().getLast();
    assertThat(row.harm().lnTotal()).isCloseTo(0, within(1e-6));
    assertThat(row.weight()).isBetween(0.05, 0.25);
    for (int i = 7; i <= 14; i++) {
      joined = joined.fold(judge, edge(i, 50, 100, 10, 9900));
    }
    assertThat(joined.metrics()).hasSize(4);
    assertThat(judge.verdict(joined, NEXT).harm().map(Harm::metric)).contains("edge-errors");
  }

  @Test
  void aGatewayThatWasNeverUnreadableHasTheWeightsOfOneThatJoinedAtOnce() {
    Ledger quiet = judge.empty().fold(judge, tick(1, rate(0, 1), rate(0, 1)));
    assertThat(judge.joined(quiet.metrics()).stream().map(MetricLedger::weight).toList())
        .zipSatisfy(
            judge.rows(true).stream().map(MetricLedger::weight).toList(),
            (late, early) -> assertThat(late).isCloseTo(early, within(0.01)));
    assertThat(judge.joined(judge.rows(true))).isEqualTo(judge.rows(true));
  }

  @Test
  void whatJoinsNeverRaisesTheEvidence() {
    Metric orders =
        new Metric(
            "order-failure", Metric.Kind.RATE, Metric.errors().tolerance(), Optional.empty());
    for (Judge any : List.of(judge, judge(analysis(List.of(orders))), judge(analysis(List.of())))) {
      for (int bad : new int[] {0, 1, 3, 50}) {
        Ledger ledger = any.empty();
        for (int i = 1; i <= 20; i++) {
          ledger =
              ledger.fold(
                  any,
                  tick(
                      i,
                      Map.of(
                          "errors",
                          new Sample.Rate(bad, 100),
                          "order-failure",
                          new Sample.Rate(bad, 100)),
                      Map.of(
                          "errors",
                          new Sample.Rate(99, 9900),
                          "order-failure",
                          new Sample.Rate(99, 9900))));
          double before = capital(ledger.metrics());
          double after = capital(any.joined(ledger.metrics()));
          assertThat(after).isLessThanOrEqualTo(Math.max(1, before) * (1 + 1e-6));
          if (!ledger.metrics().isEmpty()) {
            assertThat(after).isLessThanOrEqualTo(before * (1 + 1e-6));
          }
          assertThat(any.joined(ledger.metrics()).stream().mapToDouble(MetricLedger::weight).sum())
              .isLessThanOrEqualTo(1 + 1e-6);
        }
      }
    }
  }

  private static double capital(List<MetricLedger> rows) {
    return rows.stream().mapToDouble(row -> row.weight() * Math.exp(row.harm().lnTotal())).sum();
  }

  @Test
  void aGatewayThatIsGoneForAWhileCountsNothingAndComesBack() {
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 5; i++) {
      ledger = ledger.fold(judge, edge(i, 1, 100, 10, 9900));
    }
    MetricLedger before = ledger.metrics().getLast();
    for (int i = 6; i <= 9; i++) {
      ledger = ledger.fold(judge, tick(i, rate(0, 50), rate(10, 9900)));
    }
    MetricLedger gone = ledger.metrics().getLast();
    assertThat(gone.metric()).isEqualTo("edge-errors");
    assertThat(gone.harm()).isEqualTo(before.harm());
    assertThat(gone.total()).isEqualTo(before.total());
    assertThat(gone.weight()).isEqualTo(before.weight());
    ledger = ledger.fold(judge, edge(10, 1, 100, 10, 9900));
    assertThat(ledger.metrics().getLast().total())
        .isEqualTo(before.total().plus(new Counts(1, 100, 10, 9900)));
  }

  @Test
  void whatOthersCountOfWholeTracksIsAMetricLikeAnyOther() {
    Metric orders =
        new Metric(
            "order-failure", Metric.Kind.RATE, Metric.errors().tolerance(), Optional.empty());
    Judge two = judge(analysis(List.of(Metric.errors(), orders)));
    Ledger ledger = two.empty();
    for (int i = 1; i <= 30; i++) {
      Tick tick = tick(i, rate(0, 100), rate(10, 9900));
      // asked for each third tick only
      Map<String, Map<Track, Sample.Rate>> queried =
          i % 3 != 0
              ? Map.of()
              : Map.of(
                  "order-failure",
                  Map.of(
                      Track.CANDIDATE,
                      new Sample.Rate(30, 300),
                      Track.STABLE,
                      new Sample.Rate(297, 29700)));
      ledger =
          ledger.fold(
              two,
              new Tick(i, TICK, tick.stage(), tick.weight(), tick.pods(), tick.edge(), queried));
    }
    MetricLedger row = ledger.metrics().getLast();
    assertThat(row.metric()).isEqualTo("order-failure");
    assertThat(row.total()).isEqualTo(new Counts(300, 3000, 2970, 297000));
    assertThat(row.carriedSeconds()).isZero();
    assertThat(two.verdict(ledger, NEXT).harm().map(Harm::metric)).contains("order-failure");
    assertThat(ledger.candidateResponses()).isEqualTo(3000);
    assertThat(ledger.metrics().getFirst().total().nc()).isEqualTo(3000);
  }

  @Test
  void whereNothingIsJudgedThatPodsCountTheirResponsesAreKnownByTheirErrors() {
    Metric orders =
        new Metric(
            "order-failure", Metric.Kind.RATE, Metric.errors().tolerance(), Optional.empty());
    Judge one = judge(analysis(List.of(orders)));
    Ledger ledger = one.empty();
    for (int i = 1; i <= 4; i++) {
      ledger = ledger.fold(one, tick(i, rate(0, 100), rate(10, 9900)));
    }
    assertThat(one.verdict(ledger, NEXT).enough()).isTrue();
    assertThat(one.verdict(ledger, NEXT).candidateSilent()).isFalse();
  }

  @Test
  void whatOthersCountBeginsAReleaseToo() {
    Tick silent = tick(1, Map.of(), Map.of());
    Map<Track, Sample.Rate> orders =
        Map.of(Track.CANDIDATE, new Sample.Rate(0, 1), Track.STABLE, new Sample.Rate(0, 9));
    Ledger ledger =
        judge
            .empty()
            .fold(
                judge,
                new Tick(
                    1,
                    TICK,
                    silent.stage(),
                    silent.weight(),
                    silent.pods(),
                    Map.of(),
                    Map.of("errors", orders)));
    assertThat(ledger.metrics().getFirst().total()).isEqualTo(new Counts(0, 1, 0, 9));
  }

  private static Tick edge(long seq, double ec, double nc, double eb, double nb) {
    Tick tick = tick(seq, rate(0, 50), rate(10, 9900));
    return new Tick(
        seq,
        TICK,
        tick.stage(),
        tick.weight(),
        tick.pods(),
        Map.of(Track.CANDIDATE, new Sample.Rate(ec, nc), Track.STABLE, new Sample.Rate(eb, nb)));
  }

  @Test
  void whereTheGatewayAloneIsAskedPodsThatShowNothingAreNotSilentAndTimeIsObserved() {
    Judge alone = judge(analysis(List.of(Metric.edgeErrors())));
    Ledger good = alone.empty();
    Ledger bad = alone.empty();
    for (int i = 1; i <= 6; i++) {
      good = good.fold(alone, gatewayAlone(i, 0, 100, 10, 9900));
      bad = bad.fold(alone, gatewayAlone(i, 50, 100, 10, 9900));
    }
    assertThat(good.metrics().stream().map(MetricLedger::metric)).containsExactly("edge-errors");
    assertThat(good.metrics().getFirst().weight()).isEqualTo(1);
    Verdict verdict = alone.verdict(good, NEXT);
    assertThat(verdict.observed()).isEqualTo(Duration.ofSeconds(60));
    assertThat(verdict.harm()).isEmpty();
    assertThat(verdict.enough()).isTrue();
    assertThat(verdict.candidateSilent()).isFalse();
    assertThat(alone.verdict(bad, NEXT).harm().map(Harm::metric)).contains("edge-errors");
  }

  @Test
  void whereTheGatewayAloneIsAskedItsSilenceIsNoGoodNews() {
    Judge alone = judge(analysis(List.of(Metric.edgeErrors())));
    Ledger ledger = alone.empty();
    for (int i = 1; i <= 6; i++) {
      Tick tick = gatewayAlone(i, 0, 100, 0, 9900);
      ledger =
          ledger.fold(
              alone,
              new Tick(i, TICK, tick.stage(), tick.weight(), tick.pods(), Map.of(), Map.of()));
    }
    Verdict verdict = alone.verdict(ledger, NEXT);
    assertThat(verdict.observed()).isZero();
    assertThat(verdict.stableSilent()).isTrue();
    assertThat(verdict.enough()).isFalse();
  }

  /** Pods that are there and show no metrics. */
  private static Tick gatewayAlone(long seq, double ec, double nc, double eb, double nb) {
    Tick tick = edge(seq, ec, nc, eb, nb);
    List<PodSample> mute =
        tick.pods().stream()
            .map(pod -> new PodSample(pod.track(), pod.pod(), pod.age(), Map.of()))
            .toList();
    return new Tick(seq, TICK, tick.stage(), tick.weight(), mute, tick.edge(), Map.of());
  }
}
