package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Latency by an objective, and by one quantile. */
class ObjectiveTest {
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final Question NEXT =
      new Question(Optional.of(Share.percent(20)), Duration.ofMinutes(5));

  private static Metric slo(double allowed) {
    return new Metric(
        "latency",
        Metric.Kind.LATENCY,
        Metric.latency().tolerance(),
        Optional.of(Duration.ofMillis(300)),
        OptionalDouble.empty(),
        allowed == 0 ? OptionalDouble.empty() : OptionalDouble.of(allowed));
  }

  @Test
  void slower_than_stable_and_within_the_objective_is_no_harm() {
    assertThat(harm(slo(0.01), 8)).isEmpty();
    assertThat(harm(slo(0), 8)).as("without the objective").isPresent();
  }

  @Test
  void slower_than_stable_and_beyond_the_objective_is_harm() {
    assertThat(harm(slo(0.01), 30)).isPresent();
  }

  @Test
  void no_slower_than_stable_is_no_harm_although_both_break_the_objective() {
    Judge judge = judge(slo(0.0001));
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 30; i++) {
      ledger = ledger.fold(judge, tick(i, 1, 9));
    }
    assertThat(judge.verdict(ledger, NEXT).harm()).isEmpty();
  }

  @Test
  void a_quantile_is_one_bound_from_stables_history() {
    Metric quantile =
        new Metric(
            "latency",
            Metric.Kind.LATENCY,
            Metric.latency().tolerance(),
            Optional.empty(),
            OptionalDouble.of(0.1),
            OptionalDouble.empty());
    SortedMap<Double, Double> times = new TreeMap<>();
    times.put(0.1, 500.0);
    times.put(0.2, 890.0);
    times.put(0.4, 990.0);
    times.put(Double.POSITIVE_INFINITY, 1000.0);
    assertThat(Series.bounds(quantile, times)).containsExactly(0.2);
    assertThat(Series.bounds(Metric.latency(), times)).containsExactly(0.4, 0.2);
    assertThat(judge(quantile).rows(false))
        .singleElement()
        .satisfies(row -> assertThat(row.weight()).isEqualTo(1));
  }

  /**
   * After five minutes in which so many of the candidate's 1000 were slow, 1 in 1000 of stable's.
   */
  private static Optional<Harm> harm(Metric metric, int slow) {
    Judge judge = judge(metric);
    Ledger ledger = judge.empty();
    for (int i = 1; i <= 30; i++) {
      ledger = ledger.fold(judge, tick(i, slow, 9));
    }
    return judge.verdict(ledger, NEXT).harm();
  }

  private static Judge judge(Metric metric) {
    Analysis always = Analysis.defaults().withArm(Analysis.Arm.ALWAYS);
    return new Judge(
        always.withMetrics(List.of(metric)),
        Calibration.none(),
        TICK,
        Arming.none(),
        OptionalDouble.empty());
  }

  private static Tick tick(long seq, double candidate, double stable) {
    List<PodSample> pods = new ArrayList<>();
    pods.add(pod(Track.CANDIDATE, "c", candidate, 1000));
    for (int i = 0; i < 9; i++) {
      pods.add(pod(Track.STABLE, "s" + i, stable / 9, 1000));
    }
    return new Tick(seq, TICK, "small", Share.percent(10), pods, Map.of(), Map.of());
  }

  private static PodSample pod(Track track, String name, double slow, double all) {
    SortedMap<Double, Double> le = new TreeMap<>();
    le.put(0.3, all - slow);
    le.put(Double.POSITIVE_INFINITY, all);
    return new PodSample(
        track, name, Duration.ofMinutes(30), Map.of("latency", new Sample.Buckets(le)));
  }
}
