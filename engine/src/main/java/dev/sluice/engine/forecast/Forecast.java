package dev.sluice.engine.forecast;

import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a release would do, and how long it would take: the real decider, sequencer and judge, on a
 * virtual clock.
 */
public final class Forecast {
  /** What writes call the old version's set. */
  public static final String STABLE = SmallCluster.STABLE;

  /** No release takes longer; what has not ended by then never does. */
  private static final Duration HORIZON = Duration.ofDays(400);

  /** What holds for longer than that is none. */
  private static final Duration OUTAGE = Duration.ofMinutes(1);

  private Forecast() {}

  /**
   * A release, part by part.
   *
   * @param stands why it would not go on by itself; empty: it succeeds
   */
  public record Told(List<Part> parts, Optional<Reason> stands) {
    public Told {
      parts = List.copyOf(parts);
    }

    /** The most pods of both versions at one moment. */
    public int most() {
      return parts.stream().mapToInt(Part::most).max().orElse(0);
    }

    /** From the change of the template to the end of the hand-over, or to where it stands. */
    public Duration lasts() {
      return parts.stream()
          .filter(p -> p.kind() == Part.Kind.KEEP_WARM || p.kind() == Part.Kind.CLEAR)
          .findFirst()
          .map(Part::from)
          .orElseGet(() -> parts.getLast().until());
    }
  }

  /** As early as the policy allows: all is proven when the least time of a stage is over. */
  public static Told earliest(Situation situation) {
    return told(situation, new Outlook.Proven());
  }

  /** As late as it may be and still go on by itself: nothing is proven. */
  public static Told latest(Situation situation) {
    return told(situation, new Outlook.Silent());
  }

  /**
   * As the judge would have it of a version that is as good as stable. Empty where the load is not
   * known.
   */
  public static Optional<Told> expected(Situation situation) {
    return situation.load().map(l -> told(situation, new Outlook.Counted(l.errors())));
  }

  private static Told told(Situation situation, Outlook outlook) {
    Course course = new Course(situation, outlook);
    while (!course.over() && course.at().compareTo(HORIZON) < 0) {
      course.step();
    }
    return new Told(course.notes().parts(), course.stands());
  }

  /** Whether the evidence alone may take a release back, by more than an outage. */
  public static boolean armed(Situation situation) {
    return Course.judge(situation).armed();
  }

  /**
   * For each stage that users reach, and the bake, what becomes of a version that begins to fail
   * with it, having been as good as stable until then. Stages that a good version does not come to
   * are not there.
   *
   * @param harms shares of answers that fail, 0..1
   */
  public static List<Detection> detections(Situation situation, List<Double> harms) {
    if (situation.load().isEmpty()) {
      return List.of();
    }
    List<Detection> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Course good = new Course(situation, new Outlook.Counted(situation.load().get().errors()));
    while (!good.over() && good.run().phase() != Phase.HANDING_OVER) {
      if (good.inside() && reached(good) && seen.add(stage(good))) {
        harms.forEach(errors -> all.add(detected(good, errors)));
      }
      good.step();
    }
    return all;
  }

  private static boolean reached(Course course) {
    return course.run().phase() == Phase.BAKING
        || !course.plan().stages().get(course.run().stage()).served().isNone();
  }

  private static String stage(Course course) {
    return course.run().phase() == Phase.BAKING
        ? Part.Kind.BAKE.words()
        : course.plan().stages().get(course.run().stage()).name();
  }

  /** One that holds may still be an outage, which is taken back a little later. */
  private static Detection detected(Course good, double errors) {
    Course bad = new Course(good, new Outlook.Counted(errors));
    Phase phase = bad.run().phase();
    int stage = bad.run().stage();
    Duration horizon = longest(bad).multipliedBy(3);
    Optional<Detection> held = Optional.empty();
    while (bad.run().phase() == phase && bad.run().stage() == stage && !retreated(bad)) {
      if (bad.stands().isEmpty()) {
        held = Optional.empty();
      } else if (held.isEmpty()) {
        held = Optional.of(seen(good, bad, errors, Detection.End.HELD));
      }
      Duration since = bad.at().minus(good.at());
      boolean stays = held.filter(h -> since.minus(h.after()).compareTo(OUTAGE) > 0).isPresent();
      if (stays || since.compareTo(horizon) > 0) {
        return held.orElseGet(() -> seen(good, bad, errors, Detection.End.HELD));
      }
      bad.step();
    }
    boolean back =
        retreated(bad) || bad.run().phase() == Phase.ABORTING || bad.run().phase() == Phase.ABORTED;
    return seen(good, bad, errors, back ? Detection.End.TAKEN_BACK : Detection.End.NOT_SEEN);
  }

  private static boolean retreated(Course course) {
    return course.run().retreat().isPresent();
  }

  private static Detection seen(Course good, Course bad, double errors, Detection.End end) {
    return new Detection(
        stage(good),
        errors,
        end,
        bad.at().minus(good.at()),
        Math.max(0, bad.hurt() - good.hurt()),
        bad.run().turnBack().map(t -> t.cause().sentence()).orElseGet(bad::reason));
  }

  private static Duration longest(Course course) {
    return course.run().phase() == Phase.BAKING
        ? course.plan().spec().strategy().bake()
        : course.plan().stages().get(course.run().stage()).max();
  }
}
