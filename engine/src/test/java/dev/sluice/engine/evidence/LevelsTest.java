package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Metric.Kind;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** CPU of a request, memory that grows, containers that restart. */
class LevelsTest {
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final int PODS = 6;
  private static final Duration OLD = Duration.ofMinutes(10);
  private static final Metric CPU =
      new Metric("cpu", Kind.GAUGE, new Metric.Tolerance(1.2, 0), Optional.empty());
  private static final Metric MEMORY =
      new Metric("memory", Kind.SLOPE, new Metric.Tolerance(1.005, 0), Optional.empty());
  private static final Metric RESTARTS =
      new Metric("restarts", Kind.EVENTS, new Metric.Tolerance(1.1, 1e-4), Optional.empty());

  @Test
  void a_request_that_takes_half_more_processor_time_is_harm() {
    Optional<Harm> harm = release(CPU, 1, 40, OLD, day -> day.candidateCpu = 1.5).harm();
    assertThat(harm.map(Harm::metric)).contains("cpu");
    assertThat(harm.get().sentence()).startsWith("cpu: the candidate is at 0.029");
  }

  @Test
  void what_is_tolerated_of_a_level_is_no_harm() {
    int alarms = 0;
    for (int seed = 0; seed < 300; seed++) {
      alarms +=
          release(CPU, seed, 40, OLD, day -> day.candidateCpu = 1.15).harm().isPresent() ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(3);
  }

  @Test
  void a_pod_that_is_young_is_not_judged_by_its_level() {
    Verdict verdict = release(CPU, 1, 4, Duration.ZERO, day -> day.candidateCpu = 5);
    assertThat(verdict.metric()).isEmpty();
    assertThat(verdict.odds()).isLessThan(1);
  }

  @Test
  void a_policy_may_say_how_old_a_pod_is_that_is_judged_by_its_level() {
    Metric atOnce = CPU.warmAfter(Duration.ZERO);
    assertThat(release(atOnce, 1, 20, Duration.ZERO, day -> day.candidateCpu = 5).harm())
        .map(Harm::metric)
        .contains("cpu");
    Metric late = CPU.warmAfter(Duration.ofHours(1));
    assertThat(release(late, 1, 40, OLD, day -> day.candidateCpu = 5).metric())
        .isNotEqualTo(Optional.of("cpu"));
  }

  @Test
  void memory_that_grows_by_three_percent_a_minute_is_harm() {
    Optional<Harm> harm = release(MEMORY, 1, 40, OLD, day -> day.candidateGrowth = 0.03).harm();
    assertThat(harm.map(Harm::metric)).contains("memory");
    assertThat(harm.get().candidateRate()).isBetween(0.02, 0.04);
  }

  @Test
  void memory_that_goes_up_and_down_is_none() {
    int alarms = 0;
    for (int seed = 0; seed < 300; seed++) {
      alarms += release(MEMORY, seed, 40, OLD, _ -> {}).harm().isPresent() ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(3);
  }

  @Test
  void pods_that_come_are_no_growth() {
    Judge judge = judge(MEMORY, new Day(3).history());
    Day day = new Day(3);
    Ledger ledger = judge.empty();
    for (int i = 0; i < 120; i++) {
      day.extraMemory = i > 40 ? 4 : 1;
      day.candidates = i > 40 ? 6 : 3;
      ledger = ledger.fold(judge, day.tick(OLD));
    }
    assertThat(odds(judge, ledger)).isLessThan(4);
  }

  @Test
  void containers_that_restart_again_and_again_are_harm_and_hurt_no_request_by_themselves() {
    Verdict verdict = release(RESTARTS, 1, 20, OLD, day -> day.candidateRestarts = 0.006);
    assertThat(verdict.harm().map(Harm::metric)).contains("restarts");
    assertThat(verdict.hurt()).isLessThan(50);
  }

  @Test
  void restarts_are_no_requests_and_are_told_as_what_they_are() {
    Verdict verdict = release(RESTARTS, 1, 20, OLD, day -> day.candidateRestarts = 0.006);
    assertThat(verdict.harm().orElseThrow().sentence())
        .matches(
            "restarts: \\d+\\.\\d an hour for each pod of the candidate against 0\\.0 for each of"
                + " stable's\\.");
  }

  @Test
  void a_restart_is_none() {
    int alarms = 0;
    for (int seed = 0; seed < 200; seed++) {
      Verdict verdict =
          release(RESTARTS, seed, 40, OLD, day -> day.restarts = day.candidateRestarts = 5e-5);
      alarms += verdict.harm().isPresent() ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(2);
  }

  @Test
  void a_pod_that_hardly_has_requests_and_so_idles_at_a_high_price_does_not_hide_harm() {
    Day day = new Day(1);
    day.idle = true;
    Judge judge = judge(CPU, day.history());
    day.candidateCpu = 5;
    assertThat(odds(judge, day, 180)).isGreaterThan(100);
  }

  @Test
  void pods_with_far_fewer_requests_than_stables_are_not_compared_by_what_a_request_needs() {
    Verdict verdict =
        release(
            CPU,
            1,
            40,
            OLD,
            day -> {
              day.candidateLoad = 0.1;
              day.candidateCpu = 3;
            });
    assertThat(verdict.metric()).isNotEqualTo(Optional.of("cpu"));
  }

  @Test
  void a_level_that_a_policy_does_not_name_any_more_counts_for_nothing() {
    Day day = new Day(1);
    Judge judge = judge(CPU, day.history());
    day.candidateCpu = 3;
    Ledger ledger = judge.empty();
    for (int i = 0; i < 180; i++) {
      ledger = ledger.fold(judge, day.tick(OLD));
    }
    assertThat(odds(judge, ledger)).isGreaterThan(100);
    Judge without = judge(RESTARTS, List.of());
    ledger = ledger.fold(without, day.tick(OLD));
    assertThat(odds(without, ledger)).isLessThan(4);
  }

  @Test
  void without_a_past_a_level_is_judged_by_careful_guesses() {
    Judge judge = judge(CPU, List.of());
    Day day = new Day(1);
    day.candidateCpu = 3;
    assertThat(odds(judge, day, 240)).isGreaterThan(100);
  }

  @Test
  void levels_alone_are_judged_too() {
    Analysis only =
        new Analysis(
            0.01,
            new Analysis.Exposure.Seconds(1),
            Analysis.OnInconclusive.HOLD,
            Analysis.Arm.ALWAYS,
            List.of(CPU),
            30);
    Judge judge = judge(only, new Day(1).history());
    Day day = new Day(1);
    day.candidateCpu = 1.5;
    assertThat(odds(judge, day, 180)).isGreaterThan(100);
  }

  private static Verdict release(
      Metric metric, long seed, int minutes, Duration age, Consumer<Day> candidate) {
    Day day = new Day(seed);
    Judge judge = judge(metric, day.history());
    candidate.accept(day);
    Ledger ledger = judge.empty();
    Verdict verdict = verdict(judge, ledger);
    for (int i = 0; i < 6 * minutes && verdict.harm().isEmpty(); i++) {
      ledger = ledger.fold(judge, day.tick(age.plus(TICK.multipliedBy(i))));
      verdict = verdict(judge, ledger);
    }
    return verdict;
  }

  private static double odds(Judge judge, Day day, int ticks) {
    Ledger ledger = judge.empty();
    for (int i = 0; i < ticks; i++) {
      ledger = ledger.fold(judge, day.tick(OLD));
    }
    return odds(judge, ledger);
  }

  private static double odds(Judge judge, Ledger ledger) {
    return verdict(judge, ledger).odds();
  }

  private static Verdict verdict(Judge judge, Ledger ledger) {
    return judge.verdict(ledger, new Question(Optional.empty(), Duration.ofHours(1)));
  }

  private static Judge judge(Metric metric, List<Tick> past) {
    Analysis always = Analysis.defaults().withArm(Analysis.Arm.ALWAYS);
    return judge(always.withMetrics(List.of(Metric.errors(), metric)), past);
  }

  private static Judge judge(Analysis analysis, List<Tick> past) {
    return new Judge(
        analysis, Calibration.of(past, analysis), TICK, Arming.none(), OptionalDouble.empty());
  }

  /** Pods that differ by a few percent, and move by a few percent. */
  private static final class Day {
    private final Random random;
    private final double[] own = new double[2 * PODS];
    private long seq;
    private double candidateCpu = 1;
    private double candidateGrowth;
    private double restarts;
    private double candidateRestarts;
    private double extraMemory = 1;
    private int candidates = 3;
    private boolean idle;
    private double candidateLoad = 1;

    Day(long seed) {
      random = new Random(seed);
      for (int i = 0; i < own.length; i++) {
        own[i] = 0.05 * random.nextGaussian();
      }
    }

    List<Tick> history() {
      int asked = candidates;
      candidates = 0;
      List<Tick> ticks = new ArrayList<>();
      for (int i = 0; i < 180; i++) {
        ticks.add(tick(OLD));
      }
      candidates = asked;
      return ticks;
    }

    Tick tick(Duration age) {
      List<PodSample> pods = new ArrayList<>();
      double minutes = seq / 6.0;
      for (int i = 0; i < PODS; i++) {
        pods.add(pod(Track.STABLE, i, OLD, 1, 0, restarts));
      }
      for (int i = 0; i < candidates; i++) {
        pods.add(
            pod(
                Track.CANDIDATE,
                PODS + i,
                age,
                candidateCpu,
                candidateGrowth * minutes,
                candidateRestarts));
      }
      return new Tick(seq++, TICK, "half", Share.percent(50), pods, Map.of());
    }

    private PodSample pod(
        Track track, int i, Duration age, double cpu, double grown, double restarts) {
      boolean idles = idle && i == 0;
      double requests = (200 + 20 * random.nextGaussian()) / (idles ? 20 : 1);
      requests *= track == Track.CANDIDATE ? candidateLoad : 1;
      double each = 0.02 * cpu * Math.exp(own[i] + 0.1 * random.nextGaussian());
      double extra = track == Track.CANDIDATE && i >= PODS + 3 ? extraMemory : 1;
      double memory = 3e8 * extra * Math.exp(own[i] + grown + 0.05 * random.nextGaussian());
      double fell = random.nextDouble() < 10 * restarts ? 1 : 0;
      return new PodSample(
          track,
          (track == Track.STABLE ? "shop-5d4f6c7b9-" : "shop-7c9d8e6f5-") + i,
          age,
          Map.of(
              "errors",
              new Sample.Rate(random.nextDouble() < 0.2 ? 1 : 0, requests),
              "cpu",
              new Sample.Rate(requests * each * (idles ? 6 : 1), requests),
              "memory",
              new Sample.Gauge(memory),
              "restarts",
              new Sample.Rate(fell, 10)));
    }
  }
}
