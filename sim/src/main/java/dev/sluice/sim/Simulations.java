package dev.sluice.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells stories until so many steps were made, and shortens the first that goes wrong:
 *
 * <pre>
 * Simulations [STEPS [FIRST-SEED]]   from that seed on, default 1,000,000 steps from 1
 * Simulations seed SEED              one story, with all that the operator said
 * </pre>
 */
public final class Simulations {
  private Simulations() {}

  /**
   * @param stories that were told
   * @param steps of all of them
   * @param wrong the first that went wrong, shortened, and what was wrong; empty: all is well
   */
  record Told(int stories, long steps, List<String> wrong) {}

  /** Tells stories from that seed on until so many steps were made, or one goes wrong. */
  static Told tell(long steps, long seed) {
    long made = 0;
    int stories = 0;
    for (long next = seed; made < steps; next++) {
      Story story = Story.of(next);
      Simulation.Outcome outcome = new Simulation(story).run();
      made += outcome.steps();
      stories++;
      if (!outcome.wrong().isEmpty()) {
        return new Told(stories, made, told(shortest(story)));
      }
    }
    return new Told(stories, made, List.of());
  }

  /** One after the other is left out, as long as it still goes wrong. */
  static Story shortest(Story story) {
    Story now = story;
    boolean less = true;
    while (less) {
      less = false;
      for (int i = 0; i < now.happenings().size(); i++) {
        List<Happening> fewer = new ArrayList<>(now.happenings());
        fewer.remove(i);
        Story next = now.with(fewer);
        if (!new Simulation(next).run().wrong().isEmpty()) {
          now = next;
          less = true;
          break;
        }
      }
    }
    return now;
  }

  private static List<String> told(Story story) {
    List<String> all = new ArrayList<>();
    all.add(
        "seed %d, %s%s"
            .formatted(story.seed(), story.way(), story.autoscaled() ? ", autoscaled" : ""));
    story.happenings().forEach(h -> all.add("  after %s: %s".formatted(h.at(), h.what())));
    Simulation simulation = new Simulation(story);
    Simulation.Outcome outcome = simulation.run();
    all.addAll(simulation.said());
    outcome.wrong().forEach(w -> all.add("WRONG " + w));
    return all;
  }

  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    if (args.length == 2 && args[0].equals("seed")) {
      told(Story.of(Long.parseLong(args[1]))).forEach(System.out::println);
      return;
    }
    long steps = args.length > 0 ? Long.parseLong(args[0]) : 1_000_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    long began = System.nanoTime();
    Told told = tell(steps, seed);
    told.wrong().forEach(System.out::println);
    System.out.printf(
        "%d stories, %,d steps, %.1f s%n",
        told.stories(), told.steps(), (System.nanoTime() - began) / 1e9);
    System.exit(told.wrong().isEmpty() ? 0 : 1);
  }
}
