package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How ticks become evidence: order, repetition, gaps, silence, stages, storage. */
class LedgerTest {
  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final Question NEXT =
      new Question(Optional.of(Share.percent(5)), Duration.ofMinutes(5));
  private static final Share ONE = Share.percent(1);
  private final Judge judge = judge(Analysis.defaults());

  @Test
  void aTickThatIsFoldedTwiceCountsOnce() {
    Tick tick = tick(1, rate(5, 100), rate(10, 9900));
    Ledger once = judge.empty().fold(judge, tick);
    assertThat(once.fold(judge, tick)).isSameAs(once);
    assertThat(once.fold(judge, tick(0, rate(50, 100), rate(0, 9900)))).isSameAs(once);
  }

  @Test
  void theOrderOfPodsDoesNotMatter() {
    for (long seed = 1; seed <= 20; seed++) {
      Shop shop = new Shop(seed, 1000, 2);
      Ledger ordered = judge.empty();
      Ledger shuffled = judge.empty();
      Random random = new Random(seed);
      for (int i = 0; i < 20; i++) {
        Tick tick = shop.tick("small", Share.percent(20), Shop.Rates.GOOD);
        List<PodSample> pods = new ArrayList<>(tick.pods());
        Collections.shuffle(pods, random);
        ordered = ordered.fold(judge, tick);
        shuffled =
            shuffled.fold(
                judge,
                new Tick(tick.seq(), tick.length(), tick.stage(), tick.weight(), pods, Map.of()));
      }
      assertThat(shuffled).as("seed " + seed).isEqualTo(ordered);
    }
  }

  @Test
  void aLedgerSurvivesBeingStoredAndGoesOnAsIfNothingHadHappened() throws JsonProcessingException {
    Shop shop = new Shop(7, 1000, 2);
    Calibration known = Calibration.of(shop.history(Duration.ofMinutes(10)), Analysis.defaults());
    Judge usual =
        new Judge(
            Analysis.defaults(),
            known,
            Duration.ofSeconds(2),
            Arming.none(),
            OptionalDouble.of(.003));
    Ledger lived = usual.empty();
    Ledger stored = usual.empty();
    int largest = 0;
    for (int i = 0; i < 200; i++) {
      Tick tick = shop.tick("at " + i / 50, Share.percent(1 + i / 50 * 19), Shop.Rates.GOOD);
      lived = lived.fold(usual, tick);
      String json = JSON.writeValueAsString(stored.fold(usual, tick));
      largest = Math.max(largest, json.getBytes(StandardCharsets.UTF_8).length);
      stored = JSON.readValue(json, Ledger.class);
      assertThat(stored).isEqualTo(lived);
    }
    assertThat(largest).isLessThan(4096);
    Calibration back = JSON.readValue(JSON.writeValueAsString(known), Calibration.class);
    assertThat(back).isEqualTo(known);
  }

  @Test
  void anArmThatCouldNotBeReadMakesBothWaitForOneMergedTick() {
    Ledger gap =
        judge
            .empty()
            .fold(judge, tick(1, rate(1, 100), rate(10, 9900)))
            .fold(judge, tick(2, Map.of(), rate(8, 9900)))
            .fold(judge, tick(3, rate(3, 200), rate(11, 9900)));
    MetricLedger errors = gap.metrics().getFirst();
    assertThat(errors.total()).isEqualTo(new Counts(4, 300, 29, 29700));
    assertThat(errors.carried()).isEqualTo(Counts.NONE);
    Ledger merged =
        judge
            .empty()
            .fold(judge, tick(1, rate(1, 100), rate(10, 9900)))
            .fold(judge, longer(tick(2, rate(3, 200), rate(19, 19800)), Duration.ofSeconds(20)));
    assertThat(errors.harm()).isEqualTo(merged.metrics().getFirst().harm());
    assertThat(gap.observed()).isEqualTo(20);
    assertThat(merged.observed()).isEqualTo(30);
  }

  @Test
  void aGapAddsAtMostTwoTicksOfObservedTime() {
    Ledger ledger =
        judge
            .empty()
            .fold(judge, tick(1, rate(0, 100), rate(0, 9900)))
            .fold(judge, longer(tick(2, rate(0, 100), rate(0, 9900)), Duration.ofHours(1)));
    assertThat(judge.verdict(ledger, NEXT).observed()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aStageWithoutTrafficByDesignIsObservedWhileItsPodsAreRead() {
    Tick quiet =
        new Tick(
            1,
            TICK,
            "whitelist",
            Share.NONE,
            List.of(pod(Track.CANDIDATE, "c", rate(0, 0)), pod(Track.STABLE, "s", rate(1, 1000))),
            Map.of());
    Ledger ledger = judge.empty().fold(judge, quiet);
    Verdict verdict = judge.verdict(ledger, NEXT);
    assertThat(verdict.observed()).isEqualTo(TICK);
    assertThat(verdict.candidateSilent()).isFalse();
    assertThat(verdict.enough()).isTrue();
    assertThat(verdict.odds()).isCloseTo(1, within(1e-6));
    assertThat(verdict.calm()).isTrue();
    assertThat(verdict.leaning()).isFalse();
  }

  @Test
  void aNewStageBeginsItsProofsAnewAndKeepsTheEvidenceOfHarm() {
    Ledger before = judge.empty();
    for (int i = 1; i <= 5; i++) {
      before = before.fold(judge, tick(i, rate(2, 100), rate(10, 9900)));
    }
    Tick next = tick(6, Map.of(), Map.of());
    Ledger after =
        before.fold(judge, new Tick(6, TICK, "small", Share.percent(5), next.pods(), Map.of()));
    MetricLedger old = before.metrics().getFirst();
    MetricLedger row = after.metrics().getFirst();
    assertThat(row.harm()).isEqualTo(old.harm());
    assertThat(row.candidatePast()).isEqualTo(old.candidatePast());
    assertThat(row.total()).isEqualTo(old.total());
    assertThat(row.stage()).isEqualTo(Counts.NONE);
    assertThat(row.exposure()).isZero();
    assertThat(row.proof()).containsOnly(0.0);
    assertThat(after.observed()).isZero();
    assertThat(after.candidateResponses()).isZero();
  }

  @Test
  void aCandidateThatFallsSilentUnderTrafficIsSilentAfterThreeTicks() {
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 5; i++) {
      ledger = ledger.fold(judge, tick(i, rate(0, 100), rate(5, 9900)));
    }
    for (int i = 6; i <= 8; i++) {
      assertThat(judge.verdict(ledger, NEXT).candidateSilent()).isFalse();
      ledger = ledger.fold(judge, tick(i, rate(0, 0), rate(5, 9900)));
    }
    assertThat(judge.verdict(ledger, NEXT).candidateSilent()).isTrue();
    ledger = ledger.fold(judge, tick(9, rate(0, 100), rate(5, 9900)));
    assertThat(judge.verdict(ledger, NEXT).candidateSilent()).isFalse();
  }

  @Test
  void whenBothAreSilentTheCandidateAloneIsNotToBlame() {
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 3; i++) {
      ledger = ledger.fold(judge, tick(i, rate(0, 100), rate(5, 9900)));
    }
    for (int i = 4; i <= 6; i++) {
      ledger = ledger.fold(judge, tick(i, Map.of(), Map.of()));
    }
    Verdict verdict = judge.verdict(ledger, NEXT);
    assertThat(verdict.candidateSilent()).isFalse();
    assertThat(verdict.stableSilent()).isTrue();
    assertThat(verdict.observed()).isEqualTo(Duration.ofSeconds(30));
  }

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

  @Test
  void weightsAreEqualForEachMetricAndSumToOne() {
    Metric orders =
        new Metric(
            "order-failure", Metric.Kind.RATE, Metric.errors().tolerance(), Optional.empty());
    Metric slow =
        new Metric(
            "latency",
            Metric.Kind.LATENCY,
            Metric.latency().tolerance(),
            Optional.of(Duration.ofMillis(500)));
    Judge three = judge(analysis(List.of(Metric.errors(), slow, orders)));
    assertThat(three.rows(false).stream().map(MetricLedger::weight))
        .containsExactly(1.0 / 3, 1.0 / 3, 1.0 / 3);
    assertThat(three.rows(true).stream().mapToDouble(MetricLedger::weight).sum())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void latencyOfPodsThatWarmUpIsLeftOutTheirErrorsAreNot() {
    SortedMap<Double, Double> slow = new TreeMap<>(Map.of(0.1, 0.0, 0.5, 0.0, 1.0, 100.0));
    slow.put(Double.POSITIVE_INFINITY, 100.0);
    SortedMap<Double, Double> fast = new TreeMap<>(Map.of(0.1, 9400.0, 0.5, 9810.0, 1.0, 9900.0));
    fast.put(Double.POSITIVE_INFINITY, 9900.0);
    for (int age : new int[] {59, 60}) {
      Ledger ledger = judge.empty();
      for (int i = 1; i <= 3; i++) {
        ledger =
            ledger.fold(
                judge,
                new Tick(
                    i,
                    TICK,
                    "pre-heat",
                    ONE,
                    List.of(
                        new PodSample(
                            Track.CANDIDATE,
                            "c",
                            Duration.ofSeconds(age),
                            Map.of(
                                "errors",
                                new Sample.Rate(1, 100),
                                "latency",
                                new Sample.Buckets(slow))),
                        pod(
                            Track.STABLE,
                            "s",
                            Map.of(
                                "errors",
                                new Sample.Rate(1, 9900),
                                "latency",
                                new Sample.Buckets(fast)))),
                    Map.of()));
      }
      assertThat(ledger.metrics().get(0).total().nc()).isEqualTo(300);
      assertThat(ledger.metrics().get(1).bound()).hasValue(0.5);
      assertThat(ledger.metrics().get(2).bound()).hasValue(0.1);
      // the first tick chose the bounds and was not judged by them
      assertThat(ledger.metrics().get(1).total().nc()).isEqualTo(age == 59 ? 0 : 200);
    }
  }

  @Test
  void aPodOfStableThatIsIllByItselfIsLeftOutAndNeverMoreThanThirtyPercent() {
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 10; i++) {
      List<PodSample> pods = new ArrayList<>();
      pods.add(pod(Track.CANDIDATE, "c", rate(1, 100)));
      for (int p = 0; p < 10; p++) {
        pods.add(pod(Track.STABLE, "stable-" + p, p < 4 ? rate(100 + p, 1000) : rate(1, 1000)));
      }
      ledger = ledger.fold(judge, new Tick(i, TICK, "pre-heat", ONE, pods, Map.of()));
    }
    assertThat(ledger.pods().outlying(0, 0))
        .containsExactlyInAnyOrder("stable-1", "stable-2", "stable-3");
    // the first tick counts all, each of the other nine one ill pod and the six good ones
    assertThat(ledger.metrics().getFirst().total().eb()).isEqualTo(412 + 9 * 106);
  }

  @Test
  void failuresSoFarAreTakenOffTheBudget() {
    Ledger good = judge.empty();
    Ledger bad = judge.empty();
    for (int i = 1; i <= 10; i++) {
      good = good.fold(judge, tick(i, rate(0, 100), rate(9, 9900)));
      bad = bad.fold(judge, tick(i, rate(40, 100), rate(9, 9900)));
    }
    double whole = 1 / (0.05 * 60);
    assertThat(judge.allowedExcess(good, Share.percent(5))).isCloseTo(whole, within(1e-3));
    assertThat(bad.hurt()).isBetween(395.0, 400.0);
    assertThat(judge.allowedExcess(bad, Share.percent(5))).isBetween(0.58 * whole, 0.62 * whole);
    assertThat(judge.allowedExcess(judge.empty(), Share.percent(5))).isZero();
  }

  @Test
  void whatIsProvenUpToAWeightIsTheBoundOfEachWeightReadBackwards() {
    for (int bad : new int[] {8, 15, 30}) {
      Ledger ledger = judge.empty();
      for (int i = 1; i <= 10; i++) {
        ledger = ledger.fold(judge, tick(i, rate(i == 3 ? bad : 0, 100), rate(9, 9900)));
      }
      MetricLedger errors = ledger.metrics().getFirst();
      int upTo = judge.verdict(ledger, NEXT).provenUpTo().perMille();
      assertThat(upTo).as("%d bad", bad).isBetween(1, 999);
      assertThat(errors.bounded(judge.allowedExcess(ledger, new Share(upTo)))).isTrue();
      assertThat(errors.bounded(judge.allowedExcess(ledger, new Share(upTo + 2)))).isFalse();
    }
  }

  @Test
  void aReleaseThatHasCostItsBudgetHasNoWeightProven() {
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 30; i++) {
      ledger = ledger.fold(judge, tick(i, rate(40, 100), rate(9, 9900)));
    }
    assertThat(ledger.hurt()).as("a second of a thousand requests").isGreaterThan(1000);
    assertThat(judge.verdict(ledger, NEXT).provenUpTo()).isEqualTo(Share.NONE);
  }

  @Test
  void ofNothingNoWeightIsProven() {
    assertThat(judge.verdict(judge.empty(), NEXT).provenUpTo()).isEqualTo(Share.NONE);
    Ledger silent = judge.empty();
    for (int i = 1; i <= 30; i++) {
      silent = silent.fold(judge, tick(i, rate(0, 0), rate(0, 0)));
    }
    assertThat(judge.verdict(silent, NEXT).provenUpTo()).isEqualTo(Share.NONE);
  }

  @Test
  void evidenceWithoutAnEffectThatMattersDoesNotCount() {
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 400; i++) {
      ledger = ledger.fold(judge, tick(i, rate(122, 5000), rate(100, 5000)));
    }
    MetricLedger errors = ledger.metrics().getFirst();
    assertThat(errors.matters(judge)).isFalse();
    assertThat(judge.verdict(ledger, NEXT).odds()).isLessThanOrEqualTo(1);
  }

  private static Judge judge(Analysis analysis) {
    return new Judge(
        new Analysis(
            analysis.falseAlarm(),
            analysis.exposure(),
            analysis.onInconclusive(),
            Analysis.Arm.ALWAYS,
            analysis.metrics(),
            analysis.minimum()),
        Calibration.none(),
        TICK,
        Arming.none(),
        OptionalDouble.empty());
  }

  private static Analysis analysis(List<Metric> metrics) {
    Analysis usual = Analysis.defaults();
    return new Analysis(
        usual.falseAlarm(),
        usual.exposure(),
        usual.onInconclusive(),
        usual.arm(),
        metrics,
        usual.minimum());
  }

  private static Tick tick(long seq, Map<String, Sample> candidate, Map<String, Sample> stable) {
    return new Tick(
        seq,
        TICK,
        "pre-heat",
        ONE,
        List.of(pod(Track.CANDIDATE, "c", candidate), pod(Track.STABLE, "s", stable)),
        Map.of());
  }

  private static Tick longer(Tick tick, Duration length) {
    return new Tick(tick.seq(), length, tick.stage(), tick.weight(), tick.pods(), tick.edge());
  }

  private static PodSample pod(Track track, String name, Map<String, Sample> metrics) {
    return new PodSample(track, name, Duration.ofMinutes(10), metrics);
  }

  private static Map<String, Sample> rate(double bad, double total) {
    return Map.of("errors", new Sample.Rate(bad, total));
  }
}
