package dev.sluice.bench.judge;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All scenarios under all rules, in parallel; the same arguments give the same figures. Prints the
 * tables, and writes them and a picture into bench/judge.
 *
 * <p>Arguments, all optional: days of a good scenario for Sluice (1500), days of everything else
 * (300), seed (1), a regular expression for the names of scenarios, and "rivals". With an
 * expression nothing is written and Sluice runs with an adaptive ladder too, and where health
 * checks are counted as requests also as in a first release, and as if nobody knew of them; rivals
 * only where they are asked for.
 */
public final class JudgeBench {
  private static final List<Rule> OURS =
      List.of(new SluiceRule(2, false), new SluiceRule(10, false));
  private static final Rule ADAPTIVE = new SluiceRule(2, true);
  private static final List<Rule> RIVALS =
      List.of(
          new Flagger(1),
          new Flagger(5),
          new ArgoRollouts(0.95),
          new ArgoRollouts(0.99),
          new Kayenta(1, false),
          new Kayenta(1.25, false),
          new Kayenta(1, true),
          new Kayenta(1.25, true));

  private JudgeBench() {}

  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    int good = args.length > 0 ? Integer.parseInt(args[0]) : 1500;
    int bad = args.length > 1 ? Integer.parseInt(args[1]) : 300;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    if (args.length > 3) {
      some(args[3], good, bad, seed, args.length > 4 && args[4].equals("rivals"));
    } else {
      all(good, bad, seed);
    }
  }

  private static void some(String names, int good, int bad, long seed, boolean rivals) {
    for (Scenario scenario : Scenarios.named(names)) {
      List<Rule> rules = new ArrayList<>(OURS);
      rules.add(ADAPTIVE);
      if (scenario.service().mixed()) {
        rules.add(new SluiceRule(2, false, SluiceRule.Mixed.SEEN));
        rules.add(new SluiceRule(2, false, SluiceRule.Mixed.IGNORED));
      }
      for (Rule rule : rules) {
        line(System.out, Tally.of(scenario, rule, scenario.good() ? good : bad, seed));
      }
      for (Rule rule : rivals ? RIVALS : List.<Rule>of()) {
        line(System.out, Tally.of(scenario, rule, bad, seed));
      }
    }
  }

  private static void line(PrintStream out, Tally t) {
    out.printf(
        "%-32s %-25s aborted %5.1f %% held %5.1f %% seconds %5.0f (90 %%: %5.0f) hurt %.1f%n",
        t.scenario().name(),
        t.rule().name(),
        100 * t.aborted(),
        100 * t.held(),
        t.seconds(),
        t.slow(),
        t.hurt());
  }

  private static void all(int good, int bad, long seed) throws IOException {
    List<Tally> tallies = new ArrayList<>();
    for (Scenario scenario : Scenarios.all()) {
      for (Rule rule : OURS) {
        tallies.add(Tally.of(scenario, rule, scenario.good() ? good : bad, seed));
        line(System.err, tallies.getLast());
      }
      for (Rule rule : scenario.levels() ? List.<Rule>of() : RIVALS) {
        tallies.add(Tally.of(scenario, rule, bad, seed));
        line(System.err, tallies.getLast());
      }
    }
    Tables tables = new Tables(tallies, OURS, RIVALS);
    String text = tables.good() + "\n" + tables.bad() + "\n" + tables.levels();
    System.out.print(text);
    Path folder = Files.createDirectories(Path.of("bench/judge"));
    var _ = Files.writeString(folder.resolve("results.md"), text);
    Picture.write(tables, OURS.getFirst(), folder.resolve("hurt"));
  }
}
