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
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Health checks and scrapes leave the counts, and nothing else does. */
class SieveTest {
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
    Sieve sieve = new Sieve(usual());
    double left = 0;
    double users = 0;
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      // Three callers every ten seconds, all in the same tick; a user now and then.
      double user = random.nextInt(10) == 0 ? 1 : 0;
      double counted = 1 + (i % 5 == 4 ? 3 : 0) + user;
      Tick tick = tick(TICK, 0, counted, buckets(counted, counted, counted));
      left += rate(sieve.users(tick, known, MIXED)).total();
      users += user;
    }
    assertThat(left).isCloseTo(users, within(3.0));
  }

  @Test
  void whatIsOwedForLongIsForgottenAndAPodThatWasMissedOwesTheGap() {
    Background known = background(1, 0.3);
    Sieve sieve = new Sieve(usual());
    for (int i = 0; i < 100; i++) {
      var _ = sieve.users(tick(TICK, 0, 0, buckets(0, 0, 0)), known, MIXED);
    }
    Tick next = sieve.users(tick(TICK, 0, 100, buckets(100, 100, 100)), known, MIXED);
    assertThat(rate(next).total()).isCloseTo(100 - 10 - 1.6, within(1e-9));

    Tick seen = tick(TICK, 0, 1, buckets(1, 1, 1));
    Sieve another = new Sieve(usual());
    var _ = another.users(seen, known, MIXED);
    Tick missed =
        new Tick(
            2,
            TICK,
            "half",
            Share.percent(50),
            List.of(new PodSample(Track.CANDIDATE, "a", Duration.ofMinutes(1), Map.of())),
            Map.of());
    assertThat(another.users(missed, known, MIXED).pods()).isEqualTo(missed.pods());
    Tick after = another.users(tick(TICK, 0, 10, buckets(10, 10, 10)), known, MIXED);
    assertThat(rate(after).total())
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
  void aCandidateThatLosesItsUsersIsSilentThoughItsHealthChecksGoOn() {
    Judge judge =
        new Judge(usual(), Calibration.none(), TICK, Arming.none(), OptionalDouble.empty());
    Question next = new Question(Optional.empty(), Duration.ofMinutes(5));
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

  @Test
  void stableIsLeftWithWhatUsersCanHaveSentItByTheWeight() {
    // A user's request of each of ten pods, two of each of five; and four health checks of all.
    Tick half = shop(Share.percent(50), 10, 5, 5, 6);
    Tick users = outOf(Background.none(), half, MIXED, usual());
    assertThat(total(users, Track.CANDIDATE)).isEqualTo(30);
    assertThat(total(users, Track.STABLE)).as("as many at half of the weight").isEqualTo(30);
    assertThat(slow(users, Track.STABLE)).isEqualTo(slow(half, Track.STABLE));
    assertThat(outOf(Background.none(), half, Map.of(), usual())).isSameAs(half);
    Tick none = shop(Share.NONE, 10, 5, 5, 4);
    assertThat(outOf(Background.none(), none, MIXED, usual()).pods()).isEqualTo(none.pods());
  }

  @Test
  void whenAllUsersAreTheCandidatesStablesHealthChecksAreNothingToCompareWith() {
    Tick all = shop(Share.ALL, 10, 4, 10, 6);
    Tick users = outOf(Background.none(), all, MIXED, usual());
    assertThat(total(users, Track.STABLE)).isEqualTo(slow(all, Track.STABLE));
    assertThat(total(users, Track.CANDIDATE)).isEqualTo(60);
  }

  @Test
  void whateverBothCountedStableIsLeftWithWhatIsBadAndWithNoMoreThanItCounted() {
    Random random = new Random(11);
    Sieve sieve = new Sieve(usual());
    for (int i = 0; i < 20_000; i++) {
      List<PodSample> pods = new ArrayList<>();
      for (int pod = 0; pod < 4; pod++) {
        double total = random.nextInt(8);
        double bad = random.nextInt(1 + (int) total);
        // Two counters are not read at the very same moment: more may be fast than there are.
        Sample latency = buckets(random.nextInt(9), random.nextInt(9), total);
        pods.add(
            new PodSample(
                pod < 2 ? Track.STABLE : Track.CANDIDATE,
                "pod " + pod,
                Duration.ofMinutes(5),
                random.nextInt(5) == 0
                    ? Map.of()
                    : Map.of("errors", new Sample.Rate(bad, total), "latency", latency)));
      }
      Share weight = new Share(i % 20 == 0 ? 1000 : 50 * (i / 50 % 20));
      Duration length = Duration.ofMillis(random.nextInt(4000));
      Tick before = new Tick(i, length, "some", weight, pods, Map.of());
      Background known = background(random.nextInt(2), random.nextDouble() * 3);
      Tick after = sieve.users(before, random.nextInt(3) == 0 ? Background.none() : known, MIXED);
      for (int pod = 0; pod < 4; pod++) {
        if (pods.get(pod).metrics().get("errors") instanceof Sample.Rate was
            && after.pods().get(pod).metrics().get("errors") instanceof Sample.Rate left) {
          assertThat(left.bad()).isEqualTo(was.bad());
          assertThat(left.total()).isBetween(was.bad(), was.total());
        }
      }
    }
  }

  @Test
  void aJudgeReadsTheSameOfWhatIsLeftAsOfPodsThatHaveNothingElse() {
    Sieve sieve = new Sieve(usual());
    Random random = new Random(5);
    List<Tick> past = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      past.add(day(random, i, Share.NONE, 0, 1));
    }
    Calibration known = Calibration.of(past, usual());
    Judge judge = new Judge(usual(), known, TICK, Arming.none(), OptionalDouble.of(0.003));
    Ledger ledger = judge.empty();
    for (int i = 0; i < 300; i++) {
      Tick day = day(random, i, Share.percent(50), 5, 1);
      Tick left = sieve.users(day, background(1, 0.5), MIXED);
      List<PodSample> users = List.copyOf(left.pods());
      assertThat(users).isEqualTo(left.pods()).isNotEqualTo(day.pods());
      Tick alone =
          new Tick(
              i, TICK, "half", day.weight(), users, Map.of(), Map.of(), Map.copyOf(left.doubt()));
      Ledger before = ledger;
      ledger = before.fold(judge, left);
      assertThat(ledger).isEqualTo(before.fold(judge, alone));
    }
    assertThat(ledger.metrics()).allSatisfy(row -> assertThat(row.total().nb()).isPositive());
  }

  @Test
  void aCandidateThatLosesItsUsersDoesNotTakeStablesAway() {
    Sieve sieve = new Sieve(usual());
    for (int i = 0; i < 100; i++) {
      Tick users = sieve.users(shop(Share.percent(50), 10, 24, 5, 4), Background.none(), MIXED);
      assertThat(total(users, Track.STABLE))
          .as("what five pods have more, at four health checks each")
          .isCloseTo(240 - 5 * 4, within(1e-9));
    }
  }

  @Test
  void theSameCodeIsNotSlowerForHavingMoreUsersOnEachOfItsPods() {
    assertThat(found(1, tick -> tick)).as("as counted").isTrue();
    Sieve same = new Sieve(usual());
    assertThat(found(1, tick -> same.users(tick, Background.none(), MIXED))).isFalse();
    Sieve slower = new Sieve(usual());
    assertThat(found(2, tick -> slower.users(tick, Background.none(), MIXED))).isTrue();
  }

  /** Twenty minutes at half, two users' requests a second; three of ten are slow, or more. */
  private static boolean found(double slower, UnaryOperator<Tick> sieve) {
    List<Tick> past = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 900; i++) {
      past.add(sieve.apply(day(random, i, Share.NONE, 0, slower)));
    }
    Judge judge =
        new Judge(
            usual(),
            Calibration.of(past, usual()),
            TICK,
            new Arming(149, 0, 0),
            OptionalDouble.empty());
    Question next = new Question(Optional.empty(), Duration.ofMinutes(5));
    Ledger ledger = judge.empty();
    for (int i = 0; i < 600; i++) {
      ledger = ledger.fold(judge, sieve.apply(day(random, i, Share.percent(50), 5, slower)));
      if (judge.verdict(ledger, next).harm().isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static Tick day(Random random, int seq, Share weight, int candidates, double slower) {
    List<PodSample> pods = new ArrayList<>();
    for (int i = 0; i < 10 + candidates; i++) {
      boolean isStable = i < 10;
      double share = weight.fraction();
      double mean = 4 * (isStable ? (1 - share) / 10 : share / candidates);
      int users = poisson(random, mean);
      int slow = 0;
      for (int request = 0; request < users; request++) {
        slow += random.nextDouble() < 0.3 * (isStable ? 1 : slower) ? 1 : 0;
      }
      double all = users + 1 + random.nextInt(2);
      Track track = isStable ? Track.STABLE : Track.CANDIDATE;
      pods.add(counted(track, i, all, slow));
    }
    return new Tick(seq, TICK, "half", weight, pods, Map.of());
  }

  private static int poisson(Random random, double mean) {
    int count = 0;
    for (double p = random.nextDouble(); p > Math.exp(-mean); p *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  /** Of each pod so many requests, one of them slow. */
  private static Tick shop(
      Share weight, int stables, double ofStable, int candidates, double ofCandidate) {
    List<PodSample> pods = new ArrayList<>();
    for (int i = 0; i < stables + candidates; i++) {
      boolean isStable = i < stables;
      pods.add(
          counted(
              isStable ? Track.STABLE : Track.CANDIDATE, i, isStable ? ofStable : ofCandidate, 1));
    }
    return new Tick(1, TICK, "half", weight, pods, Map.of());
  }

  private static PodSample counted(Track track, int number, double all, double slow) {
    return new PodSample(
        track,
        "pod " + number,
        Duration.ofMinutes(30),
        Map.of("errors", new Sample.Rate(0, all), "latency", buckets(all - slow, all - slow, all)));
  }

  private static double total(Tick tick, Track track) {
    return tick.pods().stream()
        .filter(pod -> pod.track() == track)
        .mapToDouble(pod -> of(pod).total())
        .sum();
  }

  private static double slow(Tick tick, Track track) {
    return tick.pods().stream()
        .filter(pod -> pod.track() == track)
        .mapToDouble(pod -> of(pod).total() - of(pod).within(0.1))
        .sum();
  }

  private static Sample.Buckets of(PodSample pod) {
    return pod.metrics().get("latency") instanceof Sample.Buckets buckets
        ? buckets
        : buckets(0, 0, 0);
  }

  private static Tick outOf(
      Background known, Tick tick, Map<Track, Set<String>> mixed, Analysis analysis) {
    return new Sieve(analysis).users(tick, known, mixed);
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
    SortedMap<Double, Double> le = new TreeMap<>();
    if (tick.pods().getFirst().metrics().get("latency") instanceof Sample.Buckets buckets) {
      buckets.forEach((bound, count) -> le.merge(bound, count, Double::sum));
    }
    return le;
  }

  private static double at(SortedMap<Double, Double> le, double bound) {
    return le.getOrDefault(bound, Double.NaN);
  }
}
