package dev.sluice.sim;

import dev.sluice.sim.Happening.What;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What happens in one simulation. All of it follows from the seed, so a seed is a story; a shorter
 * one has some of the same happenings, under the same seed.
 *
 * @param seed also of the order in which everything moves
 */
record Story(long seed, Manifests.Way way, boolean autoscaled, List<Happening> happenings) {
  private static final int LONGEST = 150;

  /** Of anything that goes on for a while. */
  static final Duration LONGEST_TIME = Duration.ofSeconds(20);

  Story {
    happenings = List.copyOf(happenings);
  }

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  static Story of(long seed) {
    RandomGenerator random = random(seed);
    Manifests.Way way = Manifests.Way.values()[random.nextInt(Manifests.Way.values().length)];
    List<Happening> all = new ArrayList<>();
    int version = 2;
    all.add(new Happening(seconds(random, 3, 6), new Happening.Deploy(image(random, version++))));
    int count = random.nextInt(10);
    for (int i = 0; i < count; i++) {
      What what = what(random, version);
      version++;
      all.add(new Happening(seconds(random, 4, LONGEST), what));
    }
    // Of two operators at once one may adopt again what the other is giving back, for a moment.
    if (all.stream().anyMatch(h -> h.what() instanceof Happening.Second)) {
      all.removeIf(h -> h.what() instanceof Happening.Leave);
    }
    // One that begins under a clock that is ahead cannot know that no hour has passed.
    if (all.stream().anyMatch(h -> beginsAgain(h.what()))) {
      all.removeIf(h -> h.what() instanceof Happening.Clock(Duration by) && by.isPositive());
    }
    all.sort(Comparator.comparing(Happening::at));
    return new Story(seed, way, random.nextInt(4) == 0, all);
  }

  /** Whether another process of the operator may come of it. */
  private static boolean beginsAgain(What what) {
    return what instanceof Happening.Kill
        || what instanceof Happening.Second
        || what instanceof Happening.Unreachable
        || what instanceof Happening.Unreliable;
  }

  private static String image(RandomGenerator random, int version) {
    return "orders:%s-%d"
        .formatted(Version.KINDS.get(random.nextInt(Version.KINDS.size())), version);
  }

  private static Duration seconds(RandomGenerator random, int least, int most) {
    return Duration.ofMillis(1000L * least + random.nextInt(1000 * (most - least)));
  }

  private static What what(RandomGenerator random, int version) {
    Duration time = seconds(random, 1, (int) LONGEST_TIME.toSeconds());
    return switch (random.nextInt(28)) {
      case 0, 1 -> new Happening.Deploy(image(random, version));
      case 2 -> new Happening.Deploy("orders:good-1");
      case 3, 4 -> new Happening.Apply(time, random.nextBoolean(), random.nextBoolean());
      case 5 -> new Happening.Replace();
      case 6 -> new Happening.Scale(1 + random.nextInt(8));
      case 7 -> new Happening.Resume();
      case 8 -> new Happening.Command("Abort");
      case 9 -> new Happening.Command("Promote");
      case 10 -> new Happening.Command("Undo");
      case 11 -> new Happening.Command("Retry");
      case 12, 13 -> new Happening.Kill(time);
      case 14 -> new Happening.Second();
      case 15 -> new Happening.Unreliable(time);
      case 16 -> new Happening.Unreachable(time);
      case 17 -> new Happening.Stale(time);
      case 18 -> new Happening.Silent(time);
      case 19 -> new Happening.Crash(random.nextInt(8));
      case 20 -> new Happening.Lost(random.nextInt(8));
      case 21 -> new Happening.Evict(random.nextInt(8));
      case 22, 23 -> new Happening.Deadly(time);
      case 24 -> new Happening.Clock(Duration.ofHours(random.nextBoolean() ? 1 : -1));
      case 25 -> new Happening.Rate(50 + random.nextInt(400));
      case 26 -> new Happening.Unguarded(random.nextInt(10), random.nextBoolean(), time);
      default ->
          random.nextInt(3) == 0 ? new Happening.Leave() : new Happening.Delete(random.nextInt(3));
    };
  }

  /** The same without some. */
  Story with(List<Happening> fewer) {
    return new Story(seed, way, autoscaled, fewer);
  }
}
