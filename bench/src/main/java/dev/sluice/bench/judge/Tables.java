package dev.sluice.bench.judge;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The tallies as tables in Markdown. */
final class Tables {
  /** Who cries wolf more often than this on the same day is no rival: it stops everything. */
  private static final double TRUSTED = 0.05;

  private final List<Tally> tallies;
  private final List<Rule> ours;
  private final List<Rule> rivals;

  Tables(List<Tally> tallies, List<Rule> ours, List<Rule> rivals) {
    this.tallies = tallies;
    this.ours = ours;
    this.rivals = rivals;
  }

  /** Good candidates: aborted and held in percent, and how long it took. */
  String good() {
    StringBuilder table = new StringBuilder("| good candidate |");
    ours.forEach(rule -> table.append(" %s: aborted, held, minutes |".formatted(rule.name())));
    rivals.forEach(rule -> table.append(" %s: aborted, minutes |".formatted(rule.name())));
    line(table, 1 + ours.size() + rivals.size());
    for (Scenario scenario : scenarios(true)) {
      table.append("| %s |".formatted(scenario.name()));
      ours.forEach(rule -> table.append(whole(of(scenario, rule))));
      for (Rule rule : rivals) {
        Tally t = of(scenario, rule);
        table.append(" %s, %s |".formatted(percent(t.aborted()), minutes(t.seconds())));
      }
      table.append('\n');
    }
    return table.toString();
  }

  /** Bad candidates: found in percent, seconds (median), requests hurt (mean). */
  String bad() {
    StringBuilder table = new StringBuilder("| bad candidate |");
    ours.forEach(rule -> table.append(" %s: found, seconds, hurt |".formatted(rule.name())));
    table.append(
        " best rival that aborts at most 5 % of its good twin: found, seconds, hurt | our hurt of"
            + " its | least hurt of any rival |");
    line(table, 1 + ours.size() + 3);
    for (Scenario scenario : scenarios(false)) {
      table.append("| %s |".formatted(scenario.name()));
      for (Rule rule : ours) {
        table.append(" %s |".formatted(found(of(scenario, rule))));
      }
      Optional<Tally> best = trusted(scenario);
      table.append(
          best.map(
                  t ->
                      " %s: %s | %.2f |"
                          .formatted(
                              t.rule().name(),
                              found(t),
                              of(scenario, ours.getFirst()).hurt() / t.hurt()))
              .orElse(" none | |"));
      Tally least =
          rivals.stream()
              .map(rule -> of(scenario, rule))
              .min(Comparator.comparingDouble(Tally::hurt))
              .orElseThrow();
      table.append(
          " %s: %s; aborts %s of its twin |\n"
              .formatted(least.rule().name(), number(least.hurt()), percent(wolf(least))));
    }
    return table.toString();
  }

  /** The rival that hurts the fewest among those that can be trusted on such a day. */
  Optional<Tally> trusted(Scenario scenario) {
    return rivals.stream()
        .map(rule -> of(scenario, rule))
        .filter(tally -> wolf(tally) <= TRUSTED)
        .min(Comparator.comparingDouble(Tally::hurt));
  }

  /** Those that rivals are asked about, too. */
  List<Scenario> scenarios(boolean good) {
    return tallies.stream()
        .map(Tally::scenario)
        .filter(s -> !s.levels() && s.good() == good)
        .distinct()
        .toList();
  }

  /** Processor time and memory: aborted and held in percent, minutes to the right end. */
  String levels() {
    StringBuilder table = new StringBuilder("| processor time and memory |");
    ours.forEach(rule -> table.append(" %s: aborted, held, minutes |".formatted(rule.name())));
    line(table, 1 + ours.size());
    tallies.stream()
        .map(Tally::scenario)
        .filter(Scenario::levels)
        .distinct()
        .forEach(
            scenario -> {
              table.append(
                  "| %s%s |".formatted(scenario.name(), scenario.good() ? " (good)" : " (bad)"));
              ours.forEach(rule -> table.append(whole(of(scenario, rule))));
              table.append('\n');
            });
    return table.toString();
  }

  private static String whole(Tally t) {
    return " %s, %s, %s |".formatted(percent(t.aborted()), percent(t.held()), minutes(t.seconds()));
  }

  Tally of(Scenario scenario, Rule rule) {
    return of(scenario.name(), rule);
  }

  private Tally of(String scenario, Rule rule) {
    return tallies.stream()
        .filter(t -> t.scenario().name().equals(scenario) && t.rule().equals(rule))
        .findFirst()
        .orElseThrow();
  }

  private double wolf(Tally tally) {
    return of(tally.scenario().twin(), tally.rule()).aborted();
  }

  private static String found(Tally tally) {
    return "%s, %s, %s"
        .formatted(
            percent(tally.aborted()),
            Double.isNaN(tally.seconds()) ? "–" : "%.0f".formatted(tally.seconds()),
            number(tally.hurt()));
  }

  private static String percent(double share) {
    return "%.1f %%".formatted(100 * share);
  }

  private static String minutes(double seconds) {
    return Double.isNaN(seconds) ? "–" : "%.0f".formatted(seconds / 60);
  }

  private static String number(double value) {
    return value < 10 ? "%.1f".formatted(value) : "%,.0f".formatted(value);
  }

  private static void line(StringBuilder table, int columns) {
    table.append('\n').append("| --- ".repeat(columns)).append("|\n");
  }
}
