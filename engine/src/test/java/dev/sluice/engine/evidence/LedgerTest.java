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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How ticks become evidence: order, repetition, gaps, silence, stages, storage. */
class LedgerTest extends Folding {
  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

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
    for (int i = 0; i < 200; i++) {
      Tick tick = shop.tick("at " + i / 50, Share.percent(1 + i / 50 * 19), Shop.Rates.GOOD);
      lived = lived.fold(usual, tick);
      String json = JSON.writeValueAsString(stored.fold(usual, tick));
      stored = JSON.readValue(json, Ledger.class);
      assertThat(stored).isEqualTo(lived);
    }
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
    for (int age : new int[] {59, 60}) {
      Ledger ledger = ofPodsAged(age, judge);
      assertThat(ledger.metrics().get(0).total().nc()).isEqualTo(300);
      assertThat(ledger.metrics().get(1).bound()).hasValue(0.5);
      assertThat(ledger.metrics().get(2).bound()).hasValue(0.1);
      // the first tick chose the bounds and was not judged by them
      assertThat(ledger.metrics().get(1).total().nc()).isEqualTo(age == 59 ? 0 : 200);
    }
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0, 200", "PT1M, 90, 200", "PT2M, 90, 0", "PT2M, 120, 200"})
  void aPolicySaysHowOldAPodIsThatIsComparedInLatency(Duration warmUp, int age, double compared) {
    Metric latency = Metric.latency().warmAfter(warmUp);
    Ledger ledger = ofPodsAged(age, judge(analysis(List.of(Metric.errors(), latency))));
    assertThat(ledger.metrics().get(0).total().nc()).isEqualTo(300);
    assertThat(ledger.metrics().get(1).total().nc()).isEqualTo(compared);
  }

  private static Ledger ofPodsAged(int seconds, Judge judge) {
    SortedMap<Double, Double> slow = new TreeMap<>(Map.of(0.1, 0.0, 0.5, 0.0, 1.0, 100.0));
    slow.put(Double.POSITIVE_INFINITY, 100.0);
    SortedMap<Double, Double> fast = new TreeMap<>(Map.of(0.1, 9400.0, 0.5, 9810.0, 1.0, 9900.0));
    fast.put(Double.POSITIVE_INFINITY, 9900.0);
    PodSample candidate =
        new PodSample(
            Track.CANDIDATE,
            "c",
            Duration.ofSeconds(seconds),
            Map.of("errors", new Sample.Rate(1, 100), "latency", new Sample.Buckets(slow)));
    PodSample stable =
        pod(
            Track.STABLE,
            "s",
            Map.of("errors", new Sample.Rate(1, 9900), "latency", new Sample.Buckets(fast)));
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 3; i++) {
      ledger =
          ledger.fold(
              judge, new Tick(i, TICK, "pre-heat", ONE, List.of(candidate, stable), Map.of()));
    }
    return ledger;
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
}
