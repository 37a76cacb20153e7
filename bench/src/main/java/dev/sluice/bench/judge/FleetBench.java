package dev.sluice.bench.judge;

import dev.sluice.bench.Quantile;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.Question;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Thousands of releases at once, each with a ledger of its own, judged one after the other on one
 * core: what one look at each takes. Ten pods of each version, errors, latency with its two bounds,
 * and what the gateway counts.
 *
 * <p>Arguments, both optional: releases (5000), rounds (30).
 */
public final class FleetBench {
  private static final int DAYS = 50;
  private static final Question NEXT =
      new Question(Optional.of(Share.percent(20)), Duration.ofMinutes(5));

  private FleetBench() {}

  /** One kind of day: its judge, and its ticks after the release began. */
  private record Day(Judge judge, List<Tick> ticks) {
    static Day of(long seed, int ticks) {
      Shop shop = new Shop(Scenario.good("a day", Service.USUAL).counted(), seed, 1800, 2);
      List<Tick> past = new ArrayList<>();
      for (int i = 0; i < 900; i++) {
        past.add(Ticks.of(shop.next(0), i));
      }
      // Nearly all of the traffic needs ten pods of the candidate, and pods that are there stay.
      var _ = shop.next(99);
      List<Tick> served = new ArrayList<>();
      for (int i = 0; i < ticks; i++) {
        served.add(Ticks.of(shop.next(50), i));
      }
      Analysis analysis = Analysis.defaults();
      return new Day(
          new Judge(
              analysis,
              Calibration.of(past, analysis),
              Duration.ofSeconds(2),
              new Arming(149, 0, 0),
              OptionalDouble.of(Judge.WEIGHT_ACCURACY)),
          List.copyOf(served));
    }
  }

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    int releases = args.length > 0 ? Integer.parseInt(args[0]) : 5000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 30;
    List<Day> days = new ArrayList<>();
    for (int i = 0; i < DAYS; i++) {
      days.add(Day.of(i, rounds));
    }
    List<Ledger> ledgers = new ArrayList<>();
    for (int i = 0; i < releases; i++) {
      ledgers.add(days.get(i % DAYS).judge().empty());
    }
    double[] seconds = new double[rounds];
    double odds = 0;
    for (int round = 0; round < rounds; round++) {
      long from = System.nanoTime();
      for (int i = 0; i < releases; i++) {
        Day day = days.get(i % DAYS);
        Ledger next = ledgers.get(i).fold(day.judge(), day.ticks().get(round));
        ledgers.set(i, next);
        odds = Math.max(odds, day.judge().verdict(next, NEXT).odds());
      }
      seconds[round] = (System.nanoTime() - from) / 1e9;
    }
    System.out.printf(
        "%d releases, one look at each: median %.3f s, slowest of %d rounds %.3f s"
            + " (highest odds %.1f)%n",
        releases, Quantile.of(seconds, 0.5), rounds, Quantile.of(seconds, 1), odds);
  }
}
