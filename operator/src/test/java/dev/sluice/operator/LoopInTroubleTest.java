package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.port.Actuator.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The loop on bad days: what it works on fails, refuses, is silent, or is somebody else's. */
class LoopInTroubleTest extends LoopInMemory {
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
  void whyItCannotBeginIsToldWherePeopleLookUntilItHasBegun() throws Exception {
    shop.blind = true;
    settle();
    assertThat(store.cannotBegin).contains("connection refused");
    store.cannotBegin = Optional.empty();
    shop.blind = false;
    settle();
    shop.blind = true;
    settle();
    assertThat(store.cannotBegin).as("of one that has begun").isEmpty();
  }
}
