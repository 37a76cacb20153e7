package dev.sluice.bench.judge;

import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Background;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Sieve;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.ladder.Climb;
import dev.sluice.engine.ladder.Ladder;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sluice: its own engine, judge and rules of decision, with the defaults of its analysis but for
 * what a scenario says. Stages of one to five minutes, fifteen at the last before nine tenths,
 * where it bakes.
 *
 * @param tick seconds between two looks
 * @param adaptive whether stages are skipped as far as the evidence goes
 * @param checks what is done where health checks and scrapes are counted as requests
 */
record SluiceRule(double tick, boolean adaptive, Mixed checks) implements Rule {
  /** What is known of health checks that no label tells. */
  enum Mixed {
    /** How many they are: they are taken out. */
    LEARNED,
    /** That they are there, as it is in a service's first release. */
    SEEN,
    /** Nothing: they are users' requests. */
    IGNORED
  }

  private static final Duration MIN = Duration.ofMinutes(1);
  private static final Duration MAX = Duration.ofMinutes(5);
  private static final Duration LONGER = Duration.ofMinutes(5);
  private static final Duration BAKE = Duration.ofMinutes(3);
  private static final double TOP = 90;

  private static final Map<Track, Set<String>> MIXED =
      Map.of(
          Track.CANDIDATE, Set.of("errors", "latency"), Track.STABLE, Set.of("errors", "latency"));

  /** Placebo releases without an alarm that arm a judge. */
  private static final Arming SHOWN = new Arming(149, 0, 0);

  SluiceRule(double tick, boolean adaptive) {
    this(tick, adaptive, Mixed.LEARNED);
  }

  @Override
  public String name() {
    return "Sluice%s%s, tick %.0f s".formatted(adaptive ? " adaptive" : "", words(), tick);
  }

  private String words() {
    return switch (checks) {
      case LEARNED -> "";
      case SEEN -> " first";
      case IGNORED -> " mixed";
    };
  }

  @Override
  public Course begin(Scenario scenario, List<Moment> past) {
    Analysis analysis = analysis(scenario);
    Background background =
        checks == Mixed.LEARNED && scenario.service().mixed()
            ? Checks.learned(ofTheDay(past), tick)
            : Background.none();
    Map<Track, Set<String>> mixed =
        scenario.service().mixed() && checks != Mixed.IGNORED ? MIXED : Map.of();
    Sieve sieve = new Sieve(analysis);
    List<Tick> history = new ArrayList<>();
    for (Moment moment : past) {
      history.add(sieve.users(Ticks.of(moment, history.size()), background, mixed));
    }
    Climb climb =
        new Climb(
            new Ladder(
                analysis,
                seconds(tick),
                rungs(scenario),
                scenario.flips() ? 100 : TOP,
                BAKE,
                adaptive),
            Calibration.of(history, analysis),
            scenario.known() ? SHOWN : Arming.none());
    return moment -> {
      Tick seen = sieve.users(Ticks.of(moment, 0), background, mixed);
      var said =
          climb.judge(seen.length(), moment.weight(), seen.pods(), seen.edge(), seen.doubt());
      return answer(said, climb.over());
    };
  }

  /** Another release before it each day, and the same one on the same day. */
  private static long ofTheDay(List<Moment> past) {
    return Double.doubleToLongBits(past.stream().mapToDouble(m -> m.stable().total).sum());
  }

  static Analysis analysis(Scenario scenario) {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(Metric.errors());
    metrics.add(Metric.latency().warmAfter(scenario.warmUp()));
    if (scenario.levels()) {
      metrics.add(Metric.cpu());
      metrics.add(Metric.memory());
    }
    return Analysis.defaults().withMinimum(scenario.minimum()).withMetrics(metrics);
  }

  private static Answer answer(dev.sluice.engine.ladder.Answer said, boolean over) {
    return switch (said.verdict()) {
      case ABORT -> Answer.ABORTED;
      case PROMOTE -> over ? Answer.DONE : Answer.at(said.next());
      case CONTINUE, HOLD, RETREAT -> Answer.at(said.next());
    };
  }

  private static List<Ladder.Rung> rungs(Scenario scenario) {
    Duration soak = Duration.ofMinutes(scenario.soak());
    List<Ladder.Rung> rungs = new ArrayList<>();
    for (int weight : scenario.ladder()) {
      boolean last = rungs.size() == scenario.ladder().size() - 1;
      rungs.add(
          new Ladder.Rung(
              "at " + weight, weight, last ? soak : MIN, last ? soak.plus(LONGER) : MAX));
    }
    return rungs;
  }

  static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(1000 * seconds));
  }
}
