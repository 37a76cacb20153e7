package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.evidence.Background.Part;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Health checks and scrapes leave the counts, and nothing else does. */
class BackgroundTest {
  private static final Duration TICK = Duration.ofSeconds(2);
  private static final Map<Track, Set<String>> MIXED =
      Map.of(
          Track.CANDIDATE, Set.of("errors", "latency"), Track.STABLE, Set.of("errors", "latency"));

  @Test
  void ofWhatAPodCountedUsersRequestsAreLeft() {
    Background known = background(1, 0.25);
    Tick users = outOf(known, tick(TICK, 2, 7, buckets(5, 6, 7)), MIXED, Analysis.defaults());
    assertThat(rate(users)).isEqualTo(new Sample.Rate(2, 7 - 1.5));
    assertThat(le(users).values()).containsExactly(5 - 1.5, 6 - 1.5, 7 - 1.5);
    assertThat(users.doubt()).containsEntry(Track.CANDIDATE, 1.5);
  }

  @Test
  void whatALabelTellsStaysAsItIsAndSoDoesEverythingWhereNothingIsKnown() {
    Tick tick = tick(TICK, 2, 7, buckets(5, 6, 7));
    Tick unknown = outOf(Background.none(), tick, MIXED, Analysis.defaults());
    assertThat(unknown.pods()).isEqualTo(tick.pods());
    assertThat(unknown.doubt()).as("up to three a second").containsEntry(Track.CANDIDATE, 6.0);
    Background known = background(1, 0.3);
    assertThat(outOf(known, tick, Map.of(), Analysis.defaults())).isSameAs(tick);
    Tick stables = outOf(known, tick, Map.of(Track.STABLE, Set.of("errors")), Analysis.defaults());
    assertThat(stables.pods()).isEqualTo(tick.pods());
    assertThat(stables.doubt()).isEmpty();
    assertThat(tick.doubt()).isEmpty();
  }

  @Test
  void somebodyWhoCallsThePodsMoreThanAPlatformDoesIsLeftIn() {
    Tick tick = tick(TICK, 2, 70, buckets(5, 6, 7));
    Background loud = new Background(Map.of("errors", new Part(1, 9, 9.5)));
    assertThat(rate(outOf(loud, tick, MIXED, Analysis.defaults()))).isEqualTo(rate(tick));
  }

  @Test
  void whateverWasCountedNothingBecomesNegativeOrMoreAndBadOnesStay() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      double total = random.nextInt(6) * random.nextDouble();
      double bad = total * (random.nextInt(3) == 0 ? random.nextDouble() : 0);
      double within = total * random.nextDouble();
      Tick before =
          tick(
              Duration.ofMillis(1 + random.nextInt(20_000)),
              bad,
              total,
              buckets(within * random.nextDouble(), within, total));
      Background known = background(random.nextInt(2), random.nextDouble() * 3);
      Tick after = outOf(known, before, MIXED, Analysis.defaults());
      assertThat(rate(after).bad()).isEqualTo(bad);
      assertThat(rate(after).total()).isBetween(bad, total);
      double least = 0;
      for (Map.Entry<Double, Double> bucket : le(after).entrySet()) {
        double was = le(before).getOrDefault(bucket.getKey(), 0.0);
        assertThat(bucket.getValue()).isBetween(least, was);
        least = bucket.getValue();
      }
      double slowBefore = total - at(le(before), 0.1);
      assertThat(at(le(after), Double.POSITIVE_INFINITY) - at(le(after), 0.1))
          .as("what was slower than a health check is left")
          .isCloseTo(slowBefore, within(1e-9));
    }
  }

  @Test
  void whatGoesByTheSecondIsTheSameOfTwoTicksAndOfBothAsOne() {
    Background known = background(0, 0.25);
    Sample.Rate one = rate(outOf(known, tick(TICK, 1, 9, buckets(3, 9, 9)), MIXED, usual()));
    Sample.Rate two =
        rate(outOf(known, tick(TICK.multipliedBy(3), 0, 12, buckets(3, 9, 12)), MIXED, usual()));
    Sample.Rate both =
        rate(outOf(known, tick(TICK.multipliedBy(4), 1, 21, buckets(6, 18, 21)), MIXED, usual()));
    assertThat(one.total() + two.total()).isCloseTo(both.total(), within(1e-9));
  }

  @Test
  void whatIsNotThereYetIsTakenOutOfWhatComesNextSoThatNoMoreIsLeftThanUsersAskedFor() {
    Background known = background(1, 0.3);
    Background.Owed owed = Background.Owed.nothing();
    double left = 0;
    double users = 0;
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      // Three callers every ten seconds, all in the same tick; a user now and then.
      double user = random.nextInt(10) == 0 ? 1 : 0;
      double counted = 1 + (i % 5 == 4 ? 3 : 0) + user;
      Background.Left tick =
          known.outOf(
              tick(TICK, 0, counted, buckets(counted, counted, counted)), MIXED, usual(), owed);
      owed = tick.owed();
      left += rate(tick.tick()).total();
      users += user;
    }
    assertThat(left).isCloseTo(users, within(3.0));
  }

  @Test
  void whatIsOwedForLongIsForgottenAndAPodThatWasMissedOwesTheGap() {
    Background known = background(1, 0.3);
    Background.Owed owed = Background.Owed.nothing();
    for (int i = 0; i < 100; i++) {
      owed = known.outOf(tick(TICK, 0, 0, buckets(0, 0, 0)), MIXED, usual(), owed).owed();
    }
    Background.Left next =
        known.outOf(tick(TICK, 0, 100, buckets(100, 100, 100)), MIXED, usual(), owed);
    assertThat(rate(next.tick()).total()).isCloseTo(100 - 10 - 1.6, within(1e-9));

    Tick seen = tick(TICK, 0, 1, buckets(1, 1, 1));
    Background.Left before = known.outOf(seen, MIXED, usual(), Background.Owed.nothing());
    Tick missed =
        new Tick(
            2,
            TICK,
            "half",
            Share.percent(50),
            List.of(new PodSample(Track.CANDIDATE, "a", Duration.ofMinutes(1), Map.of())),
            Map.of());
    Background.Left gap = known.outOf(missed, MIXED, usual(), before.owed());
    assertThat(gap.tick().pods()).isEqualTo(missed.pods());
    Background.Left after =
        known.outOf(tick(TICK, 0, 10, buckets(10, 10, 10)), MIXED, usual(), gap.owed());
    assertThat(rate(after.tick()).total())
        .as("its reading, and six seconds of others'")
        .isCloseTo(10 - 2 - 6 * 0.3 + 1, within(1e-9));
  }

  @Test
  void completionsAreComparedWithTheWeightOnlyWhereHealthChecksAreFewAmongThem() {
    for (double users : new double[] {20, 400}) {
      Judge judge =
          new Judge(usual(), Calibration.none(), TICK, Arming.none(), OptionalDouble.of(0.003));
      Ledger ledger = judge.empty();
      for (int i = 0; i < 100; i++) {
        Tick half =
            new Tick(
                i,
                TICK,
                "half",
                Share.percent(50),
                List.of(pod(Track.CANDIDATE, users / 2), pod(Track.STABLE, users)),
                Map.of());
        ledger = ledger.fold(judge, outOf(background(1, 0.3), half, MIXED, usual()));
      }
      assertThat(ledger.deficit().lnTotal() > Math.log(1000))
          .as("half of %.0f is lost", users)
          .isEqualTo(users == 400);
    }
  }

  @Test
  void readyPodsWithoutUsersSayHowManyThereAre() {
    // Two pods for twenty seconds, a health check every five of each, our scrape every two.
    Quiet quiet = Quiet.nothing();
    for (int pod = 0; pod < 2; pod++) {
      for (int i = 0; i < 10; i++) {
        int checks = (2 * (i + 1)) / 5 - (2 * i) / 5;
        quiet = quiet.plus(counted(1 + checks), Set.of("errors"), TICK, i > 0);
      }
    }
    Part part = errors(quiet);
    assertThat(part.perRead()).isEqualTo(1);
    assertThat(part.perSecond()).as("at most the true .2").isCloseTo(0.15, within(1e-9));
    assertThat(part.seen()).isCloseTo(0.7, within(1e-9));
    assertThat(part.implausible()).isFalse();
    assertThat(quiet.unlearned().metrics()).isEmpty();
  }

  @Test
  void aTickWithoutAnyRequestShowsThatOurScrapesAreNotCounted() {
    Quiet quiet = Quiet.nothing();
    for (int i = 0; i < 10; i++) {
      quiet = quiet.plus(counted(i % 5 == 2 ? 0 : 1), Set.of("errors"), TICK, i > 0);
    }
    Part part = errors(quiet);
    assertThat(part.perRead()).isZero();
    assertThat(part.perSecond()).isCloseTo((8 - 1) / 20.0, within(1e-9));
  }

  @Test
  void tooShortAStretchTeachesNothingUntilTheNextReleaseAddsToIt() {
    Quiet quiet = Quiet.nothing();
    for (int i = 0; i < 4; i++) {
      quiet = quiet.plus(counted(1), Set.of("errors"), TICK, i > 0);
    }
    Background before = background(0, 0.1);
    assertThat(quiet.learned(before)).isEqualTo(before);
    Quiet more = quiet.unlearned().plus(counted(1), Set.of("errors"), TICK, false);
    assertThat(more.learned(before).parts().get("errors")).isEqualTo(new Part(1, 0, 0.5));
    assertThat(more.learned(before).parts().get("latency"))
        .isEqualTo(before.parts().get("latency"));
  }

  @Test
  void failedRequestsOfAPodWithoutUsersAreNoHealthChecksOfAReadyPod() {
    Quiet quiet = Quiet.nothing();
    for (int i = 0; i < 5; i++) {
      quiet = quiet.plus(Map.of("errors", new Sample.Rate(3, 4)), Set.of("errors"), TICK, i > 0);
    }
    assertThat(errors(quiet).seen()).isEqualTo(0.5);
  }

  @Test
  void aCandidateThatLosesItsUsersIsSilentThoughItsHealthChecksGoOn() {
    Judge judge =
        new Judge(usual(), Calibration.none(), TICK, Arming.none(), OptionalDouble.empty());
    Question next = new Question(java.util.Optional.empty(), Duration.ofMinutes(5));
    Background known = background(1, 0.3);
    for (boolean corrected : new boolean[] {false, true}) {
      Ledger ledger = judge.empty();
      for (int i = 0; i < 13; i++) {
        double users = i < 10 ? 20 : 0;
        Tick tick =
            new Tick(
                i,
                TICK,
                "half",
                Share.percent(50),
                List.of(pod(Track.CANDIDATE, users + 2), pod(Track.STABLE, 22)),
                Map.of());
        ledger = ledger.fold(judge, corrected ? outOf(known, tick, MIXED, usual()) : tick);
      }
      assertThat(judge.verdict(ledger, next).candidateSilent()).isEqualTo(corrected);
      assertThat(judge.verdict(ledger, next).stableSilent()).isFalse();
    }
  }

  private static Tick outOf(
      Background known, Tick tick, Map<Track, Set<String>> mixed, Analysis analysis) {
    return known.outOf(tick, mixed, analysis, Background.Owed.nothing()).tick();
  }

  private static PodSample pod(Track track, double total) {
    return new PodSample(
        track,
        "pod of " + track,
        Duration.ofMinutes(5),
        Map.of("errors", new Sample.Rate(0, total)));
  }

  private static Analysis usual() {
    return Analysis.defaults();
  }

  private static Background background(double perRead, double perSecond) {
    Part part = new Part(perRead, perSecond, Math.min(3, perSecond + perRead / 2));
    return new Background(Map.of("errors", part, "latency", part));
  }

  private static Map<String, Sample> counted(double good) {
    return Map.of("errors", new Sample.Rate(0, good));
  }

  private static Sample.Buckets buckets(double fast, double tenth, double all) {
    SortedMap<Double, Double> le = new TreeMap<>();
    le.put(0.01, fast);
    le.put(0.1, tenth);
    le.put(Double.POSITIVE_INFINITY, all);
    return new Sample.Buckets(le);
  }

  private static Tick tick(Duration length, double bad, double total, Sample.Buckets latency) {
    List<PodSample> pods = new ArrayList<>();
    pods.add(
        new PodSample(
            Track.CANDIDATE,
            "a",
            Duration.ofMinutes(1),
            Map.of("errors", new Sample.Rate(bad, total), "latency", latency)));
    return new Tick(1, length, "half", Share.percent(50), pods, Map.of());
  }

  private static Sample.Rate rate(Tick tick) {
    return tick.pods().getFirst().metrics().get("errors") instanceof Sample.Rate rate
        ? rate
        : new Sample.Rate(Double.NaN, Double.NaN);
  }

  private static SortedMap<Double, Double> le(Tick tick) {
    return tick.pods().getFirst().metrics().get("latency") instanceof Sample.Buckets buckets
        ? buckets.le()
        : new TreeMap<>();
  }

  private static double at(SortedMap<Double, Double> le, double bound) {
    return le.getOrDefault(bound, Double.NaN);
  }

  private static Part errors(Quiet quiet) {
    return quiet.learned(Background.none()).parts().getOrDefault("errors", new Part(0, 0, 0));
  }
}
