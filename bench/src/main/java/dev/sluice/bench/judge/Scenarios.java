package dev.sluice.bench.judge;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** All days and candidates that the judge is measured on. */
final class Scenarios {
  private static final Service USUAL = Service.USUAL;

  private static final Scenario GOOD = Scenario.good("same-code", USUAL);
  private static final Scenario HUNDRED = Scenario.good("100-per-second", USUAL.at(100));
  private static final Scenario ONE = Scenario.good("1-per-second", USUAL.at(1)).few();
  private static final Scenario FIVE_A_MINUTE =
      Scenario.good("5-per-minute", USUAL.at(5.0 / 60)).few();
  private static final Scenario ONE_A_MINUTE =
      Scenario.good("1-per-minute", USUAL.at(1.0 / 60)).few();
  private static final Fate SHOCK =
      (t, _, _) -> Fate.Now.errors((t >= 20 && t < 80) || (t >= 420 && t < 480) ? 0.1 : 0);
  private static final Scenario SHOCKED = Scenario.good("shock-on-both", USUAL).both(SHOCK);
  private static final Scenario SICK =
      Scenario.good("sick-stable-pod", USUAL)
          .stable((_, _, pod) -> Fate.Now.moreErrors(pod == 0 ? 30 : 1));
  private static final Scenario FALLS_SICK =
      Scenario.good("stable-pod-falls-sick", USUAL)
          .stable((t, _, pod) -> Fate.Now.moreErrors(pod == 0 && t > 0 ? 30 : 1));
  private static final Scenario COUNTED = Scenario.good("gateway-counts", USUAL).counted();
  private static final Scenario LEVELS = Scenario.good("levels", USUAL).withLevels();
  private static final Scenario SOAKED =
      Scenario.good("levels-soaked", USUAL).withLevels().soaked(60);
  private static final Scenario MIXED =
      Scenario.good("2-per-second-mixed", USUAL.at(2).mixing()).few();
  private static final Scenario FLIPPED = Scenario.good("flip", USUAL).flipped();
  private static final Scenario FLIPPED_UNKNOWN =
      Scenario.good("flip-no-history", USUAL).unknown().flipped();
  private static final Scenario FLIPPED_IN_SHOCK =
      Scenario.good("flip-in-shock", USUAL).both(SHOCK).flipped();
  private static final Scenario ONE_IN_SHOCK =
      Scenario.good("1-per-second-in-shocks", USUAL.at(1))
          .few()
          .both((t, _, _) -> Fate.Now.errors(longShocked(t) ? 0.3 : 0));
  private static final Scenario SLOW_ANSWERS =
      Scenario.good("answers-in-8-to-30s", USUAL.answersIn(8, 30));
  private static final Scenario LATE_ROUTE =
      Scenario.good("route-follows-after-30s", USUAL.follows(30, 0));
  private static final Scenario FALLS =
      Scenario.good("traffic-falls", USUAL.swings(t -> falling(t) ? 0.001 : 1));
  private static final Scenario WARMS_UP =
      Scenario.good("warm-up-2-min", USUAL)
          .warmAfter(Duration.ofMinutes(2))
          .harmless((_, age, _) -> Fate.Now.slower(warming(age, 120)));
  private static final Scenario UNKNOWN = Scenario.good("no-history", USUAL).unknown();

  private Scenarios() {}

  static List<Scenario> all() {
    return List.of(
        GOOD,
        HUNDRED,
        ONE,
        FIVE_A_MINUTE,
        ONE_A_MINUTE,
        ONE_IN_SHOCK,
        Scenario.good("1-per-second-in-slow-minutes", USUAL.at(1))
            .few()
            .both((t, _, _) -> Fate.Now.slower(longShocked(t) ? 5 : 1)),
        FALLS,
        Scenario.good("traffic-stops", USUAL.at(100).swings(t -> stopped(t) ? 0 : 1)),
        SLOW_ANSWERS,
        Scenario.good("route-follows-after-10s", USUAL.follows(10, 0)),
        LATE_ROUTE,
        Scenario.good("route-follows-within-30s", USUAL.follows(0, 30)),
        Scenario.good("flip-traffic-stops", USUAL.swings(t -> stopped(t) ? 0 : 1)).flipped(),
        SHOCKED,
        Scenario.good("shock-stale-5s", USUAL.stale(5)).both(SHOCK),
        Scenario.good("cold-start", USUAL)
            .harmless((_, age, _) -> Fate.Now.slower(warming(age, 60))),
        Scenario.good("cold-start-2-min", USUAL)
            .harmless((_, age, _) -> Fate.Now.slower(warming(age, 120))),
        Scenario.good("cold-start-3-min", USUAL)
            .harmless((_, age, _) -> Fate.Now.slower(warming(age, 180))),
        WARMS_UP,
        Scenario.good("missed-scrapes", USUAL.misses(0.1)),
        Scenario.good("5%-slower", USUAL).harmless((_, _, _) -> Fate.Now.slower(1.05)),
        Scenario.good("15%-more-errors", USUAL).harmless((_, _, _) -> Fate.Now.moreErrors(1.15)),
        SICK,
        FALLS_SICK,
        Scenario.good("bursts-of-4", USUAL.bursts(4)),
        Scenario.good("uneven-pods", USUAL.spread(0.25)),
        Scenario.good("slow-drift", USUAL).both((t, _, _) -> Fate.Now.moreErrors(drift(t))),
        COUNTED,
        Scenario.good("storms-20", USUAL.storms(20, 0.03, 0)),
        Scenario.good("storms-100", USUAL.storms(100, 0.005, 0)),
        Scenario.good("storms-300", USUAL.storms(300, 0.002, 0)),
        Scenario.good("storms-100-smeared", USUAL.storms(100, 0.005, 6)),
        Scenario.good("storms-100-over-20s", USUAL.storms(100, 0.005, 20)),
        Scenario.good("one-client-in-100-retries", USUAL.storms(50, 0.01, 10)),
        Scenario.good("sudden-bursts-of-4", USUAL.bursts(4).sudden()),
        Scenario.good("sudden-storms-100-smeared", USUAL.storms(100, 0.005, 6).sudden()),
        UNKNOWN,
        Scenario.good("storms-20-no-history", USUAL.storms(20, 0.03, 0)).unknown(),
        Scenario.good("storms-100-no-history", USUAL.storms(100, 0.005, 0)).unknown(),
        Scenario.good("storms-300-no-history", USUAL.storms(300, 0.002, 0)).unknown(),
        Scenario.good("storms-100-smeared-no-history", USUAL.storms(100, 0.005, 6)).unknown(),
        LEVELS,
        Scenario.good("levels-of-young-pods", USUAL)
            .withLevels()
            .harmless((_, age, _) -> Fate.Now.takes(compiling(age), filling(age))),
        SOAKED,
        MIXED,
        FLIPPED,
        FLIPPED_UNKNOWN,
        FLIPPED_IN_SHOCK,
        Scenario.good("flip-in-slow-minutes", USUAL)
            .both((t, _, _) -> Fate.Now.slower(t >= 300 && t < 900 ? 2 : 1))
            .flipped(),
        Scenario.good("flip-short-shocks", USUAL)
            .both((t, _, _) -> Fate.Now.errors(t % 300 >= 100 && t % 300 < 110 ? 0.1 : 0))
            .flipped(),
        Scenario.good("flip-in-shocks", USUAL)
            .both((t, _, _) -> Fate.Now.errors(shocked(t) ? 0.1 : 0))
            .flipped(),
        Scenario.good("flip-storms-100-smeared", USUAL.storms(100, 0.005, 6)).flipped(),
        Scenario.good("flip-in-shock-no-history", USUAL).unknown().both(SHOCK).flipped(),
        GOOD.bad("errors+0.1", errors(0.001)),
        GOOD.bad("errors+0.4", errors(0.004)),
        GOOD.bad("errors+0.9", errors(0.009)),
        GOOD.bad("errors+4.9", errors(0.049)),
        GOOD.bad("errors+49.9", errors(0.499)),
        GOOD.bad("latency-x1.2", (_, _, _) -> Fate.Now.slower(1.2)),
        GOOD.bad("latency-x1.5", (_, _, _) -> Fate.Now.slower(1.5)),
        GOOD.bad("latency-x2", (_, _, _) -> Fate.Now.slower(2)),
        WARMS_UP.bad(
            "latency-x2-warm-up-2-min", (_, age, _) -> Fate.Now.slower(2 * warming(age, 120))),
        GOOD.bad("leak", (_, age, _) -> Fate.Now.errors(0.0005 * Math.max(0, age - 600) / 60)),
        GOOD.bad("one-bad-pod", (_, _, pod) -> Fate.Now.errors(pod == 1 ? 0.1 : 0)),
        GOOD.bad("step+2-at-8-min", (t, _, _) -> Fate.Now.errors(t >= 480 ? 0.02 : 0)),
        GOOD.bad("flaps", (t, _, _) -> Fate.Now.errors(t % 60 < 4 ? 0.5 : 0)),
        GOOD.bad("half-lost", (_, _, _) -> Fate.Now.loses(0.5)),
        COUNTED.bad("half-lost-counted", (_, _, _) -> Fate.Now.loses(0.5)),
        SHOCKED.bad("errors+0.9-in-shock", errors(0.009)),
        SICK.bad("errors+0.9-sick-stable-pod", errors(0.009)),
        FALLS_SICK.bad("errors+0.9-stable-pod-falls-sick", errors(0.009)),
        UNKNOWN.bad("errors+4.9-no-history", errors(0.049)),
        UNKNOWN.bad("errors+49.9-no-history", errors(0.499)),
        HUNDRED.bad("errors+0.9-at-100", errors(0.009)),
        HUNDRED.bad("errors+4.9-at-100", errors(0.049)),
        HUNDRED.bad("errors+49.9-at-100", errors(0.499)),
        ONE.bad("errors+49.9-at-1", errors(0.499)),
        ONE_IN_SHOCK.bad("errors+49.9-at-1-in-shocks", errors(0.499)),
        FALLS.bad("errors+4.9-traffic-falls", errors(0.049)),
        SLOW_ANSWERS.bad("half-lost-of-slow-answers", (_, _, _) -> Fate.Now.loses(0.5)),
        LATE_ROUTE.bad("half-lost-late-route", (_, _, _) -> Fate.Now.loses(0.5)),
        FIVE_A_MINUTE.bad("errors+49.9-at-5-a-minute", errors(0.499)),
        MIXED.bad("errors+29.9-mixed-at-2", errors(0.299)),
        MIXED.bad("errors+9.9-mixed-at-2", errors(0.099)),
        FLIPPED.bad("errors+0.9-flip", errors(0.009)),
        FLIPPED.bad("errors+4.9-flip", errors(0.049)),
        FLIPPED.bad("errors+49.9-flip", errors(0.499)),
        FLIPPED_UNKNOWN.bad("errors+49.9-flip-no-history", errors(0.499)),
        FLIPPED.bad("latency-x2-flip", (_, _, _) -> Fate.Now.slower(2)),
        FLIPPED_IN_SHOCK.bad("errors+4.9-flip-in-shock", errors(0.049)),
        LEVELS.bad("cpu-x1.5", (_, _, _) -> Fate.Now.takes(1.5, 1)),
        LEVELS.bad("cpu-x2", (_, _, _) -> Fate.Now.takes(2, 1)),
        LEVELS.bad("memory+10%-a-minute", (_, age, _) -> Fate.Now.takes(1, grown(age, 0.1))),
        SOAKED.bad("memory+5%-a-minute-soaked", (_, age, _) -> Fate.Now.takes(1, grown(age, 0.05))),
        SOAKED.bad(
            "memory+10%-a-minute-soaked", (_, age, _) -> Fate.Now.takes(1, grown(age, 0.1))));
  }

  /**
   * Good days on which an armed judge takes back more than it says: for minutes, again and again,
   * nothing tells them from harm. They are in no table.
   */
  static List<Scenario> hard() {
    return List.of(
        Scenario.good("storms-300-over-30s", USUAL.storms(300, 0.002, 30)),
        Scenario.good("shock-meets-pods-unevenly", USUAL.shockedUnevenly(0.5)).both(SHOCK),
        Scenario.good("shocks-stale-15s", USUAL.stale(15))
            .both((t, _, _) -> Fate.Now.errors(t % 240 >= 200 ? 0.1 : 0)));
  }

  /**
   * Those of the tables and the others.
   *
   * @param names a regular expression
   */
  static List<Scenario> named(String names) {
    return Stream.concat(all().stream(), hard().stream())
        .filter(scenario -> scenario.name().matches(names))
        .toList();
  }

  private static Fate errors(double points) {
    return (_, _, _) -> Fate.Now.errors(points);
  }

  /** For 15 s, for 30 s, and for two minutes. */
  private static boolean shocked(double t) {
    return (t >= 100 && t < 115) || (t >= 400 && t < 430) || (t >= 900 && t < 1020);
  }

  /** For five minutes at half of the traffic, and for five from before the bake on. */
  private static boolean longShocked(double t) {
    return (t >= 400 && t < 700) || (t >= 1400 && t < 1700);
  }

  /** For a minute in each of the stages. */
  private static boolean falling(double t) {
    return (t >= 20 && t < 80) || (t >= 200 && t < 260) || (t >= 600 && t < 660);
  }

  /** For five minutes at half of the traffic, and in the bake. */
  private static boolean stopped(double t) {
    return (t >= 400 && t < 700) || (t >= 1300 && t < 1600);
  }

  /** Three times the errors after half an hour. */
  private static double drift(double seconds) {
    return Math.pow(3, seconds / 1800);
  }

  /** Three times as slow at first, and less and less so for some seconds. */
  private static double warming(double age, double seconds) {
    return 1 + 2 * Math.max(0, 1 - age / seconds);
  }

  /** Twice the processor time at first, as long as its code is not compiled. */
  private static double compiling(double age) {
    return 1 + Math.exp(-age / 60);
  }

  /** Half of the memory at first: caches and pools fill over ten minutes or so. */
  private static double filling(double age) {
    return 1 - 0.5 * Math.exp(-age / 300);
  }

  private static double grown(double age, double perMinute) {
    return Math.pow(1 + perMinute, age / 60);
  }
}
