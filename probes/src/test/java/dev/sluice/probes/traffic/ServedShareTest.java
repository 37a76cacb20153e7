package dev.sluice.probes.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.world.Served;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the proxy's counts say about the share that is served. */
class ServedShareTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void withoutTrafficItIsNotKnownForAWhileAndThenThereIsNothingToConfirm() {
    ServedShare share = new ServedShare(START);
    share.changed(10, 1000, START);
    assertThat(share.at(10, 1000, START.plusSeconds(4))).isEmpty();
    assertThat(share.at(10, 1000, START.plusSeconds(5))).contains(new Served(0, 1));
  }

  @Test
  void countsOfTheRoutingBeforeSayNothing() {
    ServedShare share = new ServedShare(START);
    share.changed(0, 100_000, START);
    Served served = share.at(500, 100_500, START.plusSeconds(1)).orElseThrow();
    assertThat(served.confirms(Share.ALL)).isTrue();
    assertThat(served.confirms(Share.percent(90))).isFalse();
  }

  @Test
  void aLateAnswerToTheRoutingBeforeIsOutlived() {
    ServedShare share = new ServedShare(START);
    share.changed(0, 0, START);
    Optional<Served> last = Optional.empty();
    for (int s = 1; s <= 20; s++) {
      last = share.at(100L * s - 1, 100L * s, START.plusSeconds(s));
      assertThat(last.orElseThrow().confirms(Share.ALL)).as("second " + s).isEqualTo(s > 11);
    }
  }

  @Test
  void aTrueShareIsInsideItsIntervalAndAWrongOneIsNot() {
    long seed = 42;
    Random random = new Random(seed);
    int missed = 0;
    for (int i = 0; i < 2000; i++) {
      long hits = 0;
      for (int n = 0; n < 400; n++) {
        hits += random.nextDouble() < 0.05 ? 1 : 0;
      }
      Served served = ServedShare.wilson(hits, 400);
      missed += served.confirms(Share.percent(5)) ? 0 : 1;
      assertThat(served.confirms(Share.percent(20))).as("seed %d, run %d", seed, i).isFalse();
    }
    assertThat(missed).as("of 2000, seed " + seed).isLessThan(12);
  }

  @Test
  void noneAndAllAreConfirmedToTheLetter() {
    for (int n = 1; n < 3000; n++) {
      assertThat(ServedShare.wilson(0, n).confirms(Share.NONE)).isTrue();
      assertThat(ServedShare.wilson(n, n).confirms(Share.ALL)).isTrue();
    }
  }
}
