package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.world.Command;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The loop on a clock of its own: whole releases, crashes between any two writes, bad days. */
class ControlLoopTest {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private final VirtualShop shop = new VirtualShop();
  private final MemoryStore store = new MemoryStore();
  private final List<String> decided = new ArrayList<>();
  private final List<String> troubles = new ArrayList<>();
  private List<Metric> metrics = List.of(Metric.errors());
  private Settings settings = Settings.defaults();

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
  void aSourceThatIsSilentHoldsTheReleaseUntilItSpeaks() throws Exception {
    shop.unheard.add("order-failure: Prometheus answered 503.");
    shop.deploy("v2");
    until(s -> s.reason().filter(r -> r.code().equals("inconclusive")).isPresent());
    settle(Duration.ofMinutes(5));
    Decided last = store.last.orElseThrow().decisions().getLast();
    assertThat(last.sentence()).contains("is over and order-failure: Prometheus answered 503.");
    assertThat(troubles)
        .as("each process says it once")
        .containsOnly("order-failure: Prometheus answered 503.")
        .hasSize(2);
    shop.unheard.clear();
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
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
  void nothingIsDoneThatCouldNotBeRecorded() throws Exception {
    settle();
    store.full = true;
    int before = shop.effects.size();
    shop.deploy("v2");
    settle();
    assertThat(shop.effects).hasSize(before);
    assertThat(troubles).hasSize(1).first().asString().contains("no space left on device");
    store.full = false;
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
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
  void whatStandsInTheWayOfKeepingMarksIsSaidAndStopsNothing() throws Exception {
    shop.undone = Optional.of("Somebody undoes what Sluice writes.");
    settle();
    shop.deploy("v2");
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(troubles).contains("Somebody undoes what Sluice writes.");
  }

  @Test
  void aWorldThatCannotBeSeenHoldsAndIsAskedLessAndLessOften() throws Exception {
    settle();
    shop.deploy("v2");
    until(stage(1));
    shop.blind = true;
    int before = shop.observed;
    settle(Duration.ofMinutes(2));
    assertThat(shop.observed - before).isBetween(24, 60);
    assertThat(stage(1).test(store.last.orElseThrow())).isTrue();
    assertThat(troubles).hasSize(1).first().asString().contains("connection refused");
    shop.blind = false;
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
  }

  @Test
  void withoutCountersNothingGoesForward() throws Exception {
    settle();
    shop.deploy("v2");
    until(stage(1));
    shop.countersGone = true;
    settle(Duration.ofMinutes(5));
    assertThat(stage(1).test(store.last.orElseThrow())).isTrue();
    assertThat(decided).contains("no-data");
    shop.countersGone = false;
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
  void conflictsAreTriedAgainWithRestAndRefusalsAreRememberedAndSaid() throws Exception {
    settle();
    shop.deploy("v2");
    shop.answer = new Outcome.Conflict("moved on");
    int before = shop.observed;
    settle(Duration.ofSeconds(40));
    assertThat(shop.observed - before).isBetween(8, 30);
    assertThat(troubles).hasSize(1).first().asString().contains("moved on");
    shop.answer = new Outcome.Refused("no right to patch services");
    settle(Duration.ofSeconds(40));
    assertThat(troubles).hasSize(2).last().asString().contains("no right to patch services");
    shop.answer = new Outcome.Applied();
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
  }

  @Test
  void thatNobodySaysWhatBecomesOfAWriteIsSaidWhenItLasts() throws Exception {
    settle();
    shop.deploy("v2");
    shop.answer = new Outcome.Unknown("connection reset");
    settle(Duration.ofMillis(100));
    assertThat(troubles).as("once is nothing to tell").isEmpty();
    settle(Duration.ofSeconds(40));
    assertThat(troubles).hasSize(1).first().asString().contains("connection reset");
    shop.answer = new Outcome.Applied();
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(troubles).hasSize(1);
  }

  @Test
  void oneThatHasBeenReplacedDoesNothingMore() throws Exception {
    settle();
    shop.deploy("v2");
    until(stage(1));
    store.taken = true;
    int before = shop.effects.size();
    settle(Duration.ofMinutes(2));
    assertThat(shop.effects).hasSize(before);
    assertThat(troubles).hasSize(1).first().asString().contains("another process");
  }

  @Test
  void whoeverUndoesWhatIsWrittenIsNotFoughtWithoutRest() throws Exception {
    settle();
    shop.deploy("v2");
    shop.forgetful = true;
    int before = shop.observed;
    settle(Duration.ofSeconds(10));
    assertThat(shop.observed - before).isLessThan(2 * 6 * ControlLoop.ROUNDS + 50);
    assertThat(troubles).hasSize(1).first().asString().contains("somebody else");
    shop.forgetful = false;
    until(ended());
    assertThat(phase()).isEqualTo(Phase.SUCCEEDED);
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
              id, "orders-1", Command.Action.RESUME, Optional.empty(), "ann", "", shop.instant()));
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

  static Spec spec() {
    return spec(List.of(Metric.errors()));
  }

  private static Spec spec(List<Metric> metrics) {
    Strategy canary =
        new Strategy.Canary(
            List.of(stage("small", 5), stage("half", 50)),
            Duration.ofSeconds(10),
            Optional.empty());
    Analysis analysis =
        new Analysis(
            0.01,
            new Analysis.Exposure.Seconds(1),
            Analysis.OnInconclusive.HOLD,
            Analysis.Arm.ALWAYS,
            metrics,
            30);
    return new Spec(
        canary,
        List.of("orders"),
        Optional.of(Spec.Route.FULL),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofMinutes(2),
        Spec.AfterAbort.KEEP,
        analysis,
        Capacity.unknown(),
        List.of(),
        false);
  }

  private static Stage stage(String name, int percent) {
    return new Stage(
        name,
        Share.percent(percent),
        List.of(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Approval.NONE,
        Share.NONE,
        Share.NONE);
  }

  private static Predicate<Saved> ended() {
    return saved -> saved.memory().run().isPresent() && saved.memory().running().isEmpty();
  }

  private static Predicate<Saved> stage(int index) {
    return saved ->
        saved
            .memory()
            .running()
            .filter(r -> r.phase() == Phase.SHIFTING && r.stage() == index)
            .filter(r -> r.progress().entered())
            .isPresent();
  }

  private Phase phase() {
    return store.last.flatMap(saved -> saved.memory().run()).orElseThrow().phase();
  }

  private void settle() throws IOException {
    settle(shop, store);
  }

  private void settle(VirtualShop world, MemoryStore kept) throws IOException {
    Instant end = world.instant().plus(Duration.ofSeconds(12));
    run(world, kept, _ -> !world.instant().isBefore(end));
  }

  private void settle(Duration time) throws IOException {
    Instant end = shop.instant().plus(time);
    run(shop, store, _ -> !shop.instant().isBefore(end));
  }

  private void until(Predicate<Saved> over) throws IOException {
    drive(shop, store, over);
  }

  private void drive(VirtualShop world, MemoryStore kept, Predicate<Saved> over)
      throws IOException {
    Instant deadline = world.instant().plus(PATIENCE);
    Saved last = run(world, kept, s -> over.test(s) || world.instant().isAfter(deadline));
    assertThat(over.test(last)).as("in time; last: %s; %s", last.reason(), world.state()).isTrue();
  }

  private Saved run(VirtualShop world, MemoryStore kept, Predicate<Saved> over) throws IOException {
    Listener listener =
        new Listener() {
          @Override
          public void decided(Decided entry) {
            decided.add(entry.code());
          }

          @Override
          public void troubled(String sentence) {
            troubles.add(sentence);
          }
        };
    ControlLoop loop =
        new ControlLoop(
            "orders",
            spec(metrics),
            new ControlLoop.Ports(world, world, world, kept),
            settings,
            new ControlLoop.Clockwork(world, world, new Random(7)),
            listener);
    try {
      return loop.runUntil(over);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
