package dev.sluice.bench.judge;

import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Placebo;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Analysis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * What a judge shows on placebo on good days of a kind, as it would between the releases of a
 * service whose days are all like that: whether it is armed there at all.
 *
 * <p>Arguments, all optional: a regular expression for the names of scenarios, stretches of twenty
 * minutes (38, four placebo releases each), seed (1), seconds of a tick (10, as in operation).
 */
public final class PlaceboBench {
  private static final double PAST = Placebo.PAST.toSeconds();
  private static final double PLAYED = Placebo.PLAYED.toSeconds();

  private PlaceboBench() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    String names = args.length > 0 ? args[0] : ".*";
    int stretches = args.length > 1 ? Integer.parseInt(args[1]) : 38;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    double tick = args.length > 3 ? Double.parseDouble(args[3]) : 10;
    Scenarios.named(names).stream()
        .filter(scenario -> scenario.good() && scenario.known())
        .forEach(
            scenario -> {
              Arming shown = shown(scenario, stretches, seed, tick);
              System.out.printf(
                  "%-32s %d of %d placebo releases raised an alarm, largest odds %.3g: %s%n",
                  scenario.name(),
                  shown.alarms(),
                  shown.slots(),
                  Math.exp(shown.largest()),
                  shown.shown(Analysis.defaults().falseAlarm()) ? "armed" : "not armed");
            });
  }

  /** What it shows in so many stretches, each of another day. */
  private static Arming shown(Scenario scenario, int stretches, long seed, double tick) {
    long first = 1_000_003L * (scenario.name().hashCode() + 31 * seed) + 500_000;
    return LongStream.range(first, first + stretches)
        .parallel()
        .mapToObj(day -> played(scenario, day, tick))
        .reduce(
            Arming.none(),
            (a, b) ->
                new Arming(
                    a.slots() + b.slots(),
                    a.alarms() + b.alarms(),
                    Math.max(a.largest(), b.largest())));
  }

  /** What comes suddenly, with a release, has not come before. */
  private static Arming played(Scenario scenario, long day, double tick) {
    Shop shop = new Shop(scenario, day, scenario.service().isSudden() ? PAST + PLAYED : PAST, tick);
    List<Tick> ticks = new ArrayList<>();
    for (double t = 0; t < PAST + PLAYED - 1e-6; t += tick) {
      ticks.add(Ticks.of(shop.next(0), ticks.size()));
    }
    int known = (int) Math.round(PAST / tick);
    Placebo placebo =
        new Placebo(
            SluiceRule.analysis(scenario), SluiceRule.seconds(tick), new SplittableRandom(day));
    return placebo.play(Arming.none(), ticks.subList(0, known), ticks.subList(known, ticks.size()));
  }
}
