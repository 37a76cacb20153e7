package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Whole releases of a simulated shop at ticks of 2 s. */
class ReleaseTest {
  private static final Duration TICK = Duration.ofSeconds(2);
  private static final Share ONE = Share.percent(1);
  private static final Question NEXT =
      new Question(Optional.of(Share.percent(5)), Duration.ofMinutes(5));

  @Test
  void halfOfTheRequestsFailingIsHarmWithinFourTicksAtAThousandPerSecond() {
    for (long seed = 1; seed <= 20; seed++) {
      Shop shop = new Shop(seed, 1000, 2);
      Judge judge = Judges.armed(shop);
      int ticks = ticksToHarm(judge, shop, Shop.Rates.candidateFails(0.5), 10);
      assertThat(ticks).as("seed " + seed).isBetween(2, 4);
    }
  }

  @Test
  void halfOfTheRequestsFailingIsHarmWithinTenTicksAtTwoHundredPerSecond() {
    for (long seed = 1; seed <= 20; seed++) {
      Shop shop = new Shop(seed, 200, 2);
      Judge judge = Judges.armed(shop);
      int ticks = ticksToHarm(judge, shop, Shop.Rates.candidateFails(0.5), 30);
      assertThat(ticks).as("seed " + seed).isBetween(2, 10);
    }
  }

  @Test
  void aCandidateTwiceAsSlowIsHarmWithinFiveMinutes() {
    for (long seed = 1; seed <= 10; seed++) {
      Shop shop = new Shop(seed, 1000, 2);
      Judge judge = Judges.armed(shop);
      Ledger ledger = judge.empty();
      Optional<Harm> harm = Optional.empty();
      for (int i = 0; i < 150 && harm.isEmpty(); i++) {
        ledger = ledger.fold(judge, shop.tick("pre-heat", ONE, new Shop.Rates(.001, .001, 2)));
        harm = judge.verdict(ledger, NEXT).harm();
      }
      assertThat(harm).as("seed " + seed).isPresent();
      assertThat(harm.get().metric()).isEqualTo("latency");
      assertThat(harm.get().sentence()).contains("slower than");
    }
  }

  @Test
  void aReleaseOfTheSameCodeIsNotHarm() {
    int alarms = 0;
    int releases = 300;
    for (long seed = 1; seed <= releases; seed++) {
      Shop shop = new Shop(seed, 1000, 2);
      Judge judge = Judges.armed(shop.history(Duration.ofMinutes(6)));
      Ledger ledger = judge.empty();
      boolean alarm = false;
      for (int weight : new int[] {1, 5, 20, 50}) {
        for (int i = 0; i < 30 && !alarm; i++) {
          ledger =
              ledger.fold(judge, shop.tick("at " + weight, Share.percent(weight), Shop.Rates.GOOD));
          alarm = judge.verdict(ledger, NEXT).harm().isPresent();
        }
      }
      alarms += alarm ? 1 : 0;
    }
    // at 1 % three are expected at most; more than eight have probability .004
    assertThat(alarms).isLessThanOrEqualTo(8);
  }

  @Test
  void anOutageOfBothArmsIsNotHarm() {
    for (long seed = 1; seed <= 20; seed++) {
      Shop shop = new Shop(seed, 1000, 2);
      Judge judge = Judges.armed(shop);
      Ledger ledger = run(judge, judge.empty(), shop, ONE, Shop.Rates.GOOD, 20);
      ledger = run(judge, ledger, shop, ONE, new Shop.Rates(.5, .5, 1), 30);
      assertThat(judge.verdict(ledger, NEXT).harm()).as("seed " + seed).isEmpty();
    }
  }

  @Test
  void anUnarmedJudgeHoldsAndAsksAtThreePercent() {
    for (long seed = 1; seed <= 10; seed++) {
      Shop shop = new Shop(seed, 1000, 2);
      Judge judge = Judges.unarmed();
      boolean asked = false;
      Ledger ledger = judge.empty();
      for (int i = 0; i < 150; i++) {
        ledger = ledger.fold(judge, shop.tick("small", Share.percent(5), fails(.03)));
        Verdict verdict = judge.verdict(ledger, NEXT);
        assertThat(verdict.harm()).as("seed " + seed).isEmpty();
        assertThat(verdict.armed()).isFalse();
        asked |= verdict.suspicion().isPresent();
      }
      assertThat(asked).as("seed " + seed).isTrue();
    }
  }

  @Test
  void anUnarmedJudgeAbortsAnOutageAfterTwoBlocksOfTenSeconds() {
    for (long seed = 1; seed <= 10; seed++) {
      Shop shop = new Shop(seed, 1000, 2);
      Judge judge = Judges.unarmed();
      int ticks = ticksToHarm(judge, shop, fails(.5), 20);
      assertThat(ticks).as("seed " + seed).isBetween(10, 12);
    }
  }

  @Test
  void theHarmOfAnUnarmedJudgeIsAnOutage() {
    Shop shop = new Shop(1, 1000, 2);
    Judge judge = Judges.unarmed();
    Ledger ledger = run(judge, judge.empty(), shop, ONE, fails(.5), 15);
    Harm harm = judge.verdict(ledger, NEXT).harm().orElseThrow();
    assertThat(harm.kind()).isEqualTo(Harm.Kind.OUTAGE);
    assertThat(harm.metric()).isEqualTo("errors");
    assertThat(harm.candidateRate()).isBetween(.4, .6);
    assertThat(harm.stableRate()).isLessThan(.01);
    assertThat(harm.hurt()).isBetween(80.0, 220.0);
    assertThat(harm.sentence()).startsWith("errors: ").contains("candidate");
  }

  @Test
  void afterTheFlipAnOutageIsFoundAgainstStablesRememberedRate() {
    Shop shop = new Shop(3, 200, 2);
    for (Judge judge : List.of(Judges.armed(shop), Judges.unarmed())) {
      Ledger ledger = run(judge, judge.empty(), shop, Share.percent(50), Shop.Rates.GOOD, 60);
      for (int i = 0; i < 60; i++) {
        ledger = ledger.fold(judge, shop.tick("bake", Share.ALL, Shop.Rates.GOOD));
        assertThat(judge.verdict(ledger, NEXT).harm()).isEmpty();
        assertThat(judge.verdict(ledger, NEXT).retreat()).isEmpty();
      }
      assertThat(judge.verdict(ledger, NEXT).observed()).isEqualTo(Duration.ofMinutes(2));
      assertThat(judge.verdict(ledger, NEXT).enough()).isTrue();
      int ticks = 0;
      while (judge.verdict(ledger, NEXT).retreat().isEmpty() && ticks < 60) {
        ledger = ledger.fold(judge, shop.tick("bake", Share.ALL, fails(.3)));
        ticks++;
      }
      assertThat(ticks).isBetween(3, 20);
      assertThat(judge.verdict(ledger, NEXT).retreat().orElseThrow())
          .contains("of stable's when it last had traffic");
    }
  }

  @Test
  void whereAllUsersMoveAtOnceTheCandidateIsComparedWithWhatStableShowedBefore() {
    Judge judge = Judges.always();
    for (int seed = 1; seed <= 20; seed++) {
      Shop shop = new Shop(seed, 200, 2);
      Ledger before = run(judge, judge.empty(), shop, Share.NONE, Shop.Rates.GOOD, 5);
      int ticks = 0;
      Ledger ledger = before;
      while (judge.verdict(ledger, NEXT).retreat().isEmpty() && ticks < 60) {
        ledger = ledger.fold(judge, shop.tick("bake", Share.ALL, fails(.1)));
        ticks++;
      }
      assertThat(ticks).as("seed " + seed).isBetween(3, 12);
    }
  }

  @Test
  void whereAllUsersMoveAtOnceAnOutageIsFoundWithinSecondsWheneverTheyMove() {
    Judge judge = Judges.always();
    for (int before = 1; before <= 10; before++) {
      Shop shop = new Shop(before, 40, 1);
      Ledger ledger = run(judge, judge.empty(), shop, Share.NONE, Shop.Rates.GOOD, before);
      int ticks = 0;
      while (judge.verdict(ledger, NEXT).retreat().isEmpty() && ticks < 60) {
        ledger = ledger.fold(judge, shop.tick("bake", Share.ALL, fails(.5)));
        ticks++;
      }
      assertThat(ticks).as("after %d s of stable alone", before).isLessThanOrEqualTo(6);
    }
  }

  @Test
  void aGoodCandidateThatAllUsersMovedToAtOnceIsLeftAlone() {
    Judge judge = Judges.always();
    int led = 0;
    for (int seed = 1; seed <= 200; seed++) {
      Shop shop = new Shop(seed, 200, 2);
      Ledger ledger = run(judge, judge.empty(), shop, Share.NONE, Shop.Rates.GOOD, 5);
      boolean harmed = false;
      for (int i = 0; i < 90 && !harmed; i++) {
        ledger = ledger.fold(judge, shop.tick("bake", Share.ALL, Shop.Rates.GOOD));
        Verdict verdict = judge.verdict(ledger, NEXT);
        harmed = verdict.harm().isPresent() || verdict.retreat().isPresent();
      }
      led += harmed ? 1 : 0;
    }
    assertThat(led).as("of 200, where 1 % is asked for").isLessThanOrEqualTo(5);
  }

  @Test
  void aCandidateOfLowTrafficIsComparedWithStablesPast() {
    int found = 0;
    for (long seed = 1; seed <= 10; seed++) {
      Shop shop = new Shop(seed, 5, 2);
      Judge judge = Judges.armed(shop);
      int ticks = ticksToHarm(judge, shop, fails(.9), 900);
      found += ticks < 900 ? 1 : 0;
    }
    assertThat(found).isGreaterThanOrEqualTo(9);
  }

  @Test
  void whatTheNextWeightCostsIsProvenSoonForAGoodCandidate() {
    for (long seed = 1; seed <= 10; seed++) {
      Shop shop = new Shop(seed, 1000, 2);
      Judge judge = Judges.armed(shop);
      assertThat(judge.verdict(judge.empty(), NEXT).proven()).isFalse();
      Ledger ledger = run(judge, judge.empty(), shop, ONE, Shop.Rates.GOOD, 60);
      Verdict verdict = judge.verdict(ledger, NEXT);
      assertThat(verdict.proven()).as("seed " + seed).isTrue();
      assertThat(verdict.calm()).as("seed " + seed).isTrue();
      assertThat(verdict.enough()).isTrue();
      assertThat(verdict.upperBound()).isPresent();
      assertThat(verdict.upperBound().getAsDouble()).isBetween(0.0, judgeAllows(judge, ledger));
    }
  }

  @Test
  void whenItWillBeProvenIsForeseenAboutRight() {
    Optional<Share> half = Optional.of(Share.percent(50));
    Question question = new Question(half, Duration.ofMinutes(5));
    List<Double> ratios = new ArrayList<>();
    for (long seed = 1; seed <= 21; seed++) {
      Shop shop = new Shop(seed, 100, 2);
      Judge judge = Judges.armed(shop);
      assertThat(Prospect.untilProven(judge, judge.empty(), half)).isEmpty();
      Ledger ledger = run(judge, judge.empty(), shop, Share.percent(20), Shop.Rates.GOOD, 5);
      Duration foreseen = Prospect.untilProven(judge, ledger, half).orElse(Duration.ofHours(1));
      double seconds = 0;
      while (!judge.verdict(ledger, question).proven() && seconds < 3600) {
        ledger = ledger.fold(judge, shop.tick("at 20%", Share.percent(20), Shop.Rates.GOOD));
        seconds += 2;
      }
      ratios.add((seconds + 1) / (TimeBase.seconds(foreseen) + 1));
      assertThat(Prospect.untilProven(judge, ledger, half)).contains(Duration.ZERO);
    }
    ratios.sort(null);
    assertThat(ratios.get(ratios.size() / 2)).as(ratios.toString()).isBetween(0.4, 2.5);
  }

  @Test
  void nonInferiorityIsProvenAtHalfTheTraffic() {
    Shop shop = new Shop(5, 1000, 2);
    Judge judge = Judges.armed(shop);
    Ledger ledger = run(judge, judge.empty(), shop, Share.percent(50), Shop.Rates.GOOD, 300);
    assertThat(judge.verdict(ledger, NEXT).nonInferior()).isTrue();
    Ledger bad = run(judge, judge.empty(), shop, Share.percent(50), fails(.004), 300);
    assertThat(judge.verdict(bad, NEXT).nonInferior()).isFalse();
  }

  @Test
  void figuresForPeopleAreThoseOfTheTracks() {
    Shop shop = new Shop(5, 1000, 2);
    Judge judge = Judges.armed(shop);
    Ledger ledger = run(judge, judge.empty(), shop, Share.percent(20), fails(.02), 60);
    Verdict verdict = judge.verdict(ledger, NEXT);
    assertThat(verdict.candidate().requestsPerSecond()).isBetween(150.0, 250.0);
    assertThat(verdict.stable().requestsPerSecond()).isBetween(650.0, 950.0);
    assertThat(verdict.candidate().errorShare().orElse(0)).isBetween(.01, .04);
    assertThat(verdict.stable().errorShare().orElse(1)).isLessThan(.005);
    // lognormal, median 60 ms, sigma .8: the 99th percentile is 386 ms
    assertThat(verdict.stable().p99Seconds().orElse(0)).isBetween(.3, .5);
  }

  @Test
  void requestsThatTheCandidateNeverAnswersAreMissed() {
    Shop shop = new Shop(5, 1000, 2);
    List<Tick> history = shop.history(Duration.ofMinutes(10));
    Judge judge =
        new Judge(
            Analysis.defaults(),
            Calibration.of(history, Analysis.defaults()),
            TICK,
            new Arming(149, 0, 2),
            OptionalDouble.of(.003));
    Ledger ledger = run(judge, judge.empty(), shop, Share.percent(20), Shop.Rates.GOOD, 100);
    assertThat(judge.verdict(ledger, NEXT).harm()).isEmpty();
    Optional<Harm> harm = Optional.empty();
    int ticks = 0;
    while (harm.isEmpty() && ticks++ < 60) {
      Tick whole = shop.tick("at 20%", Share.percent(20), Shop.Rates.GOOD);
      ledger = ledger.fold(judge, halved(whole));
      harm = judge.verdict(ledger, NEXT).harm();
    }
    assertThat(harm.map(Harm::kind)).contains(Harm.Kind.SHARE_DEFICIT);
    assertThat(ticks).isLessThanOrEqualTo(30);
  }

  @Test
  void whereATickHasHardlyARequestNothingIsMissedThatWasAnswered() {
    int alarms = 0;
    for (long seed = 1; seed <= 40; seed++) {
      Shop shop = new Shop(seed, 1, 2);
      Judge judge =
          new Judge(
              Analysis.defaults(),
              Calibration.of(shop.history(Duration.ofMinutes(30)), Analysis.defaults()),
              TICK,
              new Arming(149, 0, 2),
              OptionalDouble.of(.003));
      Ledger ledger = run(judge, judge.empty(), shop, Share.percent(50), Shop.Rates.GOOD, 20 * 30);
      alarms += judge.verdict(ledger, NEXT).harm().isPresent() ? 1 : 0;
    }
    // at one in a thousand even one is rare
    assertThat(alarms).isLessThanOrEqualTo(1);
  }

  private static double judgeAllows(Judge judge, Ledger ledger) {
    return judge.allowedExcess(ledger, Share.percent(5)) + 1e-5;
  }

  private static Shop.Rates fails(double share) {
    return Shop.Rates.candidateFails(share);
  }

  private static Tick halved(Tick tick) {
    List<PodSample> pods =
        tick.pods().stream()
            .map(
                pod ->
                    pod.track() == Track.STABLE
                            || !(pod.metrics().get("errors") instanceof Sample.Rate rate)
                        ? pod
                        : new PodSample(
                            pod.track(),
                            pod.pod(),
                            pod.age(),
                            Map.of(
                                "errors",
                                new Sample.Rate(
                                    Math.min(rate.bad(), Math.floor(rate.total() / 2)),
                                    Math.floor(rate.total() / 2)))))
            .toList();
    return new Tick(tick.seq(), tick.length(), tick.stage(), tick.weight(), pods, tick.edge());
  }

  private static int ticksToHarm(Judge judge, Shop shop, Shop.Rates rates, int most) {
    Ledger ledger = judge.empty();
    for (int i = 1; i <= most; i++) {
      ledger = ledger.fold(judge, shop.tick("pre-heat", ONE, rates));
      if (judge.verdict(ledger, NEXT).harm().isPresent()) {
        return i;
      }
    }
    return most + 1;
  }

  private static Ledger run(
      Judge judge, Ledger from, Shop shop, Share weight, Shop.Rates rates, int ticks) {
    Ledger ledger = from;
    for (int i = 0; i < ticks; i++) {
      ledger = ledger.fold(judge, shop.tick("at " + weight, weight, rates));
    }
    return ledger;
  }
}
