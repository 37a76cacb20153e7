package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.model.Analysis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Releases that never were: how a judge comes to be armed. */
class PlaceboTest {
  private static final Duration BLOCK = Duration.ofSeconds(10);
  private static final Duration PAST = Duration.ofMinutes(30);
  private static final Duration PLAYED = Duration.ofMinutes(20);

  @Test
  void anOrdinaryServiceArmsItsJudge() {
    Arming arming = Arming.none();
    for (long seed = 1; !arming.shown(0.01) && seed <= 100; seed++) {
      Shop shop = new Shop(seed, 1000, 10);
      arming = placebo(seed).play(arming, shop.history(PAST), shop.history(PLAYED));
    }
    assertThat(arming.shown(0.01)).isTrue();
    assertThat(arming.upperBound()).isLessThanOrEqualTo(0.02);
    assertThat(arming.missing(0.01)).isZero();
    assertThat(arming.largest()).isBetween(0.0, 20.0);
  }

  @Test
  void podsThatAreNotAlikeKeepItFromBeingArmed() {
    // one pod fails a tenth of what it gets, but only after the judge has learned how stable is
    Arming arming = Arming.none();
    for (long seed = 1; seed <= 20; seed++) {
      Shop shop = new Shop(seed, 1000, 10);
      List<Tick> past = shop.history(PAST);
      List<Tick> played = shop.history(PLAYED).stream().map(PlaceboTest::oneFails).toList();
      arming = placebo(seed).play(arming, past, played);
    }
    assertThat(arming.slots()).isEqualTo(80);
    assertThat(arming.alarms()).isGreaterThan(10);
    assertThat(arming.shown(0.01)).isFalse();
  }

  @Test
  void whatShowsNothingIsNotCounted() {
    Shop shop = new Shop(1, 1000, 10);
    List<Tick> past = shop.history(PAST);
    List<Tick> played = shop.history(PLAYED);
    Placebo placebo = placebo(1);
    assertThat(placebo.play(Arming.none(), List.of(), played))
        .as("no past")
        .isEqualTo(Arming.none());
    assertThat(placebo.play(Arming.none(), past, List.of())).as("no time").isEqualTo(Arming.none());
    assertThat(placebo.play(Arming.none(), past, played.stream().map(PlaceboTest::one).toList()))
        .as("one pod")
        .isEqualTo(Arming.none());
    Shop silent = new Shop(1, 0.001, 10);
    assertThat(placebo.play(Arming.none(), past, silent.history(PLAYED)))
        .as("no requests")
        .isEqualTo(Arming.none());
    assertThat(placebo.play(Arming.none(), past, played).slots()).isEqualTo(4);
  }

  @Test
  void theBoundIsThatOfTheExactBinomial() {
    // no alarm in n: 1 - .05^(1/n)
    assertThat(new Arming(149, 0, 0).upperBound()).isCloseTo(0.01990, within(1e-4));
    assertThat(new Arming(10, 0, 0).upperBound()).isCloseTo(0.25887, within(1e-4));
    assertThat(new Arming(236, 1, 0).upperBound()).isCloseTo(0.0200, within(1e-4));
    assertThat(Arming.none().upperBound()).isEqualTo(1);
    assertThat(Arming.none().missing(0.01)).isEqualTo(149);
    assertThat(new Arming(200, 1, 0).missing(0.01)).isEqualTo(36);
  }

  private static Placebo placebo(long seed) {
    return new Placebo(Analysis.defaults(), BLOCK, new Random(seed));
  }

  private static Tick one(Tick tick) {
    return with(tick, tick.pods().subList(0, 1));
  }

  private static Tick oneFails(Tick tick) {
    List<PodSample> pods = new ArrayList<>(tick.pods());
    PodSample first = pods.getFirst();
    Map<String, Sample> metrics = new TreeMap<>(first.metrics());
    metrics.computeIfPresent(
        "errors",
        (_, sample) ->
            sample instanceof Sample.Rate rate
                ? new Sample.Rate(Math.floor(rate.total() / 10), rate.total())
                : sample);
    pods.set(0, new PodSample(first.track(), first.pod(), first.age(), metrics));
    return with(tick, pods);
  }

  private static Tick with(Tick tick, List<PodSample> pods) {
    return new Tick(tick.seq(), tick.length(), tick.stage(), tick.weight(), pods, tick.edge());
  }
}
