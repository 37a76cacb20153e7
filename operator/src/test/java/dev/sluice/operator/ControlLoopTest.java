package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.world.Command;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The loop on a clock of its own: whole releases, crashes between any two writes, bad days. */
class ControlLoopTest extends LoopInMemory {

  @Test
  void aGoodVersionGoesThroughItsStagesAndBecomesTheDeploymentsOwn() throws Exception {
    settle();
    shop.deploy("v2");
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(decided)
        .containsSubsequence("template-changed", "stage", "flip", "handing-over", "succeeded");
    until(saved -> saved.memory().warm().isEmpty());
    settle();
    assertThat(shop.state())
        .isEqualTo(
            "template v2 held false pin Optional.empty split Optional.empty service Optional.empty"
                + " | h1 v1 in=true size=0 | sv2 v2 in=true size=4");
  }

  @Test
  void aBadVersionIsTakenBackAndStandsHeld() throws Exception {
    settle();
    shop.errorRates.put("sv2", 0.3);
    shop.deploy("v2");
    until(ended());
    assertThat(phase()).isEqualTo(Phase.ABORTED);
    assertThat(decided).contains("harm");
    settle();
    assertThat(shop.state())
        .isEqualTo(
            "template v2 held true pin Optional.empty split Optional.empty service Optional.empty"
                + " | h1 v1 in=true size=4");
  }

  @Test
  void aStagesTimeBeginsWithTheStageAndNotWithTheLastLookBeforeIt() throws Exception {
    for (int late = 1; late < 20; late++) {
      VirtualShop world = new VirtualShop();
      MemoryStore kept = new MemoryStore();
      world.calm = Duration.ofMillis(100);
      world.startUp = Duration.ofMillis(100L * late);
      settle(world, kept);
      world.deploy("v2");
      drive(world, kept, ended());
      List<Decided> said = kept.last.orElseThrow().decisions();
      for (int i = 0; i + 2 < said.size(); i++) {
        if (said.get(i).code().equals("entered")) {
          assertThat(said.get(i + 1).code()).isEqualTo("observing");
          assertThat(Duration.between(said.get(i).at(), said.get(i + 2).at()))
              .as("%s, pods start in %s", said.get(i), world.startUp)
              .isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        }
      }
    }
  }

  @Test
  void theWeightThatPeopleReadIsWhatItHasComeToAlsoWhileNothingNewIsDecided() throws Exception {
    settle();
    shop.deploy("v2");
    until(stage(1));
    shop.silent.add("sv2");
    until(s -> s.reason().orElseThrow().code().equals("candidate-silent"));
    settle(Duration.ofSeconds(4));
    Decided last = store.last.orElseThrow().decisions().getLast();
    assertThat(last.code()).isEqualTo("candidate-silent");
    assertThat(last.weight()).isEqualTo(Share.NONE);
  }

  @Test
  void whatOnlyOthersCountEndsABadVersionTooAndOnlyWhereBothVersionsAreKnown() throws Exception {
    metrics =
        List.of(
            Metric.errors(),
            new Metric(
                "order-failure", Metric.Kind.RATE, Metric.errors().tolerance(), Optional.empty()));
    settle();
    shop.orderFailures.put("sv2", 0.5);
    shop.deploy("v2");
    until(stage(1));
    assertThat(decided).as("nothing is known of stable").doesNotContain("harm");
    shop.orderFailures.put("h1", 0.01);
    until(ended());
    assertThat(phase()).isEqualTo(Phase.ABORTED);
    assertThat(decided).contains("harm");
  }

  @Test
  void aLoopThatIsKilledAtAnyWriteIsContinuedAndNothingIsDoneTwice() throws Exception {
    for (double errors : new double[] {0.001, 0.3}) {
      List<String> effects = whole(errors, Integer.MAX_VALUE, false);
      String end = lastState;
      assertThat(effects).hasSizeGreaterThan(8);
      for (int write = 0; write < effects.size(); write++) {
        for (boolean after : new boolean[] {false, true}) {
          String where = "killed " + (after ? "after" : "before") + " write " + write;
          assertThat(whole(errors, write, after))
              .as(where)
              .containsExactlyInAnyOrderElementsOf(effects);
          assertThat(lastState).as(where).isEqualTo(end);
        }
      }
    }
  }

  private String lastState = "";

  private List<String> whole(double errors, int killAt, boolean after) throws Exception {
    var world = new VirtualShop();
    var kept = new MemoryStore();
    world.errorRates.put("sv2", errors);
    world.deploy("v2");
    world.killAt(killAt, after);
    try {
      toTheEnd(world, kept);
    } catch (VirtualShop.Killed killed) {
      world.killAt(Integer.MAX_VALUE, false);
      world.pass(Duration.ofSeconds(3));
      toTheEnd(world, kept);
    }
    lastState = world.state();
    return world.effects;
  }

  private void toTheEnd(VirtualShop world, MemoryStore kept) throws IOException {
    drive(world, kept, ended().and(saved -> saved.memory().warm().isEmpty()));
    settle(world, kept);
  }

  @Test
  void anIdleLoopThatIsWokenByWatchesLooksRarelyAndWritesNothing() throws Exception {
    settings = Settings.defaults().idling(Duration.ofSeconds(30));
    settle(Duration.ofMinutes(1));
    int looks = shop.observed;
    int saves = store.saves;
    settle(Duration.ofMinutes(10));
    assertThat(shop.observed - looks)
        .as("when stable's counters are due")
        .isLessThanOrEqualTo(10 * 6 + 1);
    assertThat(store.saves).isEqualTo(saves);
    shop.countersGone = true;
    looks = shop.observed;
    settle(Duration.ofMinutes(10));
    assertThat(shop.observed - looks).isLessThanOrEqualTo(10 * 6 + 1);
    shop.countersGone = false;
    shop.deploy("v2");
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
  }

  @Test
  void aCandidateThatFallsSilentGetsNoTraffic() throws Exception {
    settle();
    shop.deploy("v2");
    until(stage(1));
    shop.silent.add("sv2");
    until(saved -> saved.memory().run().flatMap(Run::retreat).isPresent());
    settle(Duration.ofSeconds(4));
    assertThat(shop.state()).contains("candidate=0%");
  }

  @Test
  void podsThatTakeTheirTimeToStartAreNotTakenForSilent() throws Exception {
    settle();
    shop.startUp = Duration.ofSeconds(40);
    shop.deploy("v2");
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(decided).doesNotContain("candidate-silent");
  }

  @Test
  void evidenceOfAnEarlierStageCountsForNothingInThisOne() throws Exception {
    settle();
    shop.deploy("v2");
    Instant start = shop.instant();
    until(ended());
    // Two stages and the bake, ten seconds each of observed time, whatever was seen before.
    assertThat(Duration.between(start, shop.instant())).isGreaterThan(Duration.ofSeconds(30));
  }

  @Test
  void aCommandIsObeyedOnceAcrossCrashes() throws Exception {
    settle();
    shop.deploy("v2");
    until(stage(1));
    shop.commands.add(
        new Command(
            "c1",
            "orders-1",
            Command.Action.ABORT,
            Optional.empty(),
            "ann",
            Set.of(),
            "seen enough",
            shop.instant()));
    until(ended());
    assertThat(phase()).isEqualTo(Phase.ABORTED);
    settle();
    assertThat(decided.stream().filter("aborted-by-hand"::equals)).isNotEmpty();
    assertThat(decided).doesNotContain("command-refused");
  }

  @Test
  void eachRefusedCommandIsAnsweredThoughItIsTheSameAnswer() throws Exception {
    settle();
    shop.deploy("v2");
    until(stage(0));
    for (String id : List.of("c1", "c2")) {
      shop.commands.add(
          new Command(
              id,
              "orders-1",
              Command.Action.RESUME,
              Optional.empty(),
              "ann",
              Set.of(),
              "",
              shop.instant()));
    }
    until(ended());
    assertThat(decided.stream().filter("command-refused"::equals)).hasSize(2);
  }

  @Test
  void aReleaseIsJudgedByWhatStableShowedBefore() throws Exception {
    settle(Duration.ofSeconds(60));
    shop.deploy("v2");
    until(stage(0));
    assertThat(store.last.orElseThrow().calibration().known()).as("after one minute").isFalse();
    until(ended());
    VirtualShop patient = new VirtualShop();
    MemoryStore kept = new MemoryStore();
    Instant end = patient.instant().plus(Duration.ofMinutes(4));
    run(
        patient,
        kept,
        saved -> {
          if (patient.instant().isAfter(end)) {
            patient.deploy("v2");
          }
          return stage(0).test(saved);
        });
    assertThat(kept.last.orElseThrow().calibration().known()).as("after four").isTrue();
  }

  @Test
  void whoComesAfterAHalfHourWithoutAReleaseIsJudgedByItFromTheFirstSecondOn() throws Exception {
    settle(Duration.ofMinutes(35));
    Past known = store.last.orElseThrow().past().orElseThrow();
    assertThat(known.hash()).isEqualTo("h1");
    shop.deploy("v2");
    until(stage(0));
    assertThat(store.last.orElseThrow().calibration()).isEqualTo(known.calibration());
  }

  @Test
  void whatAnEarlierProcessKnewOfStableServesNeitherTooLateNorOnceTheProcessKnowsMore()
      throws Exception {
    settle(Duration.ofMinutes(35));
    Past known = store.last.orElseThrow().past().orElseThrow();
    MemoryStore other = new MemoryStore();
    other.save(store.last.orElseThrow());
    VirtualShop late = new VirtualShop();
    late.pass(Duration.ofMinutes(35).plusHours(1));
    late.deploy("v2");
    drive(late, other, stage(0));
    assertThat(other.last.orElseThrow().calibration().known()).as("an hour ago").isFalse();

    shop.errorRates.put("h1", 0.05);
    boolean[] begun = {false};
    Instant end = shop.instant().plus(Duration.ofMinutes(40));
    run(
        shop,
        store,
        saved -> {
          if (!begun[0] && shop.instant().isAfter(end)) {
            begun[0] = true;
            shop.deploy("v2");
          }
          return begun[0] && stage(0).test(saved);
        });
    Saved last = store.last.orElseThrow();
    assertThat(last.past().orElseThrow().at()).isAfter(known.at());
    assertThat(last.calibration().known()).isTrue();
    assertThat(last.calibration()).as("of what this process saw").isNotEqualTo(known.calibration());
  }

  @Test
  void whatIsKnownOfStableIsForgottenWhereItsMetricsAreCountedInAnotherWay() throws Exception {
    settle(Duration.ofMinutes(35));
    assertThat(store.last.orElseThrow().past()).isPresent();
    metrics = List.of(Metric.errors().countedBy("other series"));
    shop.deploy("v2");
    until(stage(0));
    assertThat(store.last.orElseThrow().past()).isEmpty();
    assertThat(store.last.orElseThrow().calibration().known()).isFalse();
  }

  @Test
  void whereNothingIsReleasedPlaceboArmsTheJudgeAndWhoComesAfterKnows() throws Exception {
    settle(Duration.ofMinutes(45));
    assertThat(shown().since()).as("before a past and a stretch to play").isEmpty();
    assertThat(shown().sentence()).contains("no placebo release was played yet");
    settle(Duration.ofMinutes(55));
    assertThat(shown().arming().slots())
        .as("what was counted before the process is gone")
        .isEqualTo(4);
    assertThat(shown().armed()).isFalse();
    assertThat(shown().sentence()).contains("0 of 4 placebo releases").contains("145 more");
    settle(Duration.ofHours(14));
    assertThat(shown().armed()).as(shown().sentence()).isTrue();
    assertThat(shown().sentence()).startsWith("The judge is armed: 0 of ");
    assertThat(shown().arming().upperBound()).isLessThan(.02);
  }

  private Shown shown() {
    return store.last.orElseThrow().shown();
  }

  @Test
  void aGapIsOneMergedTickThatAddsLittleTime() throws Exception {
    settle();
    shop.deploy("v2");
    until(stage(0));
    double before = store.last.orElseThrow().ledger().observed();
    shop.pass(Duration.ofHours(1));
    run(shop, store, saved -> saved.ledger().observed() != before);
    assertThat(store.last.orElseThrow().ledger().observed() - before).isBetween(0.0, 4.0);
    assertThat(stage(0).test(store.last.orElseThrow())).isTrue();
  }

  @Test
  void onlyTheLastDecisionsAreKept() throws Exception {
    settle();
    for (int i = 2; i < 14; i++) {
      shop.deploy("v" + i);
      shop.errorRates.put("sv" + i, 0.3);
      until(saved -> ended().test(saved) && saved.decisions().getLast().code().startsWith("abort"));
    }
    Saved last = store.last.orElseThrow();
    assertThat(last.decisions()).hasSize(Saved.DECISIONS);
    assertThat(last.memory().number()).isEqualTo(12);
  }
}
