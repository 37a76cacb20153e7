package dev.sluice.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Tells stories until so many steps were made, and shortens the first that goes wrong:
 *
 * <pre>
 * Simulations [STEPS [FIRST-SEED]]   from that seed on; default 1,000,000 steps from 1
 * Simulations seed SEED              one story, with all that the operator said
 * </pre>
 *
 * Exit: 0 all is well, 1 something went wrong, 2 for other arguments.
 */
public final class Simulations {
  /** Told beside each other, on all processors. */
  private static final int AT_ONCE = 32;

  private Simulations() {}

  /**
   * @param stories that were told
   * @param steps of all of them
   * @param wrong the story of the first seed that went wrong, shortened, and what was wrong; empty:
   *     all is well
   */
  record Told(int stories, long steps, List<String> wrong) {}

  private record One(Story story, Simulation.Outcome outcome) {
    static One of(long seed) {
      Story story = Story.of(seed);
      return new One(story, new Simulation(story).run());
    }
  }

  /** Tells stories from that seed on until so many steps were made, or one goes wrong. */
  static Told tell(long steps, long seed) {
    long made = 0;
    int stories = 0;
    for (long next = seed; made < steps; next += AT_ONCE) {
      List<One> all = LongStream.range(next, next + AT_ONCE).parallel().mapToObj(One::of).toList();
      made += all.stream().mapToLong(one -> one.outcome().steps()).sum();
      stories += all.size();
      Optional<One> wrong =
          all.stream().filter(one -> !one.outcome().wrong().isEmpty()).findFirst();
      if (wrong.isPresent()) {
        return new Told(stories, made, told(shortest(wrong.get().story())));
      }
    }
    return new Told(stories, made, List.of());
  }

  /** One happening after the other is left out, as long as it still goes wrong. */
  private static Story shortest(Story story) {
    for (int i = 0; i < story.happenings().size(); i++) {
      List<Happening> fewer = new ArrayList<>(story.happenings());
      fewer.remove(i);
      Story next = story.with(fewer);
      if (!new Simulation(next).run().wrong().isEmpty()) {
        return shortest(next);
      }
    }
    return story;
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

  /** As the class says. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    boolean one = args.length == 2 && args[0].equals("seed");
    if (args.length > 2
        || !List.of(args).subList(one ? 1 : 0, args.length).stream()
            .allMatch(a -> a.matches("\\d{1,18}"))) {
      System.err.println("Write: [STEPS [FIRST-SEED]], or: seed SEED");
      System.exit(2);
    }
    if (one) {
      List<String> told = told(Story.of(Long.parseLong(args[1])));
      told.forEach(System.out::println);
      System.exit(told.stream().anyMatch(l -> l.startsWith("WRONG")) ? 1 : 0);
    }
    long began = System.nanoTime();
    Told told =
        tell(
            args.length > 0 ? Long.parseLong(args[0]) : 1_000_000,
            args.length > 1 ? Long.parseLong(args[1]) : 1);
    told.wrong().forEach(System.out::println);
    System.out.printf(
        "%,d steps, %d stories, %.0f s%n",
        told.steps(), told.stories(), (System.nanoTime() - began) / 1e9);
    System.exit(told.wrong().isEmpty() ? 0 : 1);
  }
}
