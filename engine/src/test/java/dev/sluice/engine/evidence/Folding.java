package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Ticks of one pod of each version at 1 %, and a judge without history to fold them. */
abstract class Folding {
  static final Duration TICK = Duration.ofSeconds(10);
  static final Question NEXT = new Question(Optional.of(Share.percent(5)), Duration.ofMinutes(5));
  static final Share ONE = Share.percent(1);

  final Judge judge = judge(Analysis.defaults());

  static Judge judge(Analysis analysis) {
    return new Judge(
        analysis.withArm(Analysis.Arm.ALWAYS),
        Calibration.none(),
        TICK,
        Arming.none(),
        OptionalDouble.empty());
  }

  static Analysis analysis(List<Metric> metrics) {
    return Analysis.defaults().withMetrics(metrics);
  }

  static Tick tick(long seq, Map<String, Sample> candidate, Map<String, Sample> stable) {
    return new Tick(
        seq,
        TICK,
        "pre-heat",
        ONE,
        List.of(pod(Track.CANDIDATE, "c", candidate), pod(Track.STABLE, "s", stable)),
        Map.of());
  }

  static Tick longer(Tick tick, Duration length) {
    return new Tick(tick.seq(), length, tick.stage(), tick.weight(), tick.pods(), tick.edge());
  }

  static PodSample pod(Track track, String name, Map<String, Sample> metrics) {
    return new PodSample(track, name, Duration.ofMinutes(10), metrics);
  }

  static Map<String, Sample> rate(double bad, double total) {
    return Map.of("errors", new Sample.Rate(bad, total));
  }
}
