package dev.sluice.bench.judge;

import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A simulated moment as the judge is given it. */
final class Ticks {
  private Ticks() {}

  static Tick of(Moment moment, long seq) {
    List<PodSample> pods = new ArrayList<>();
    for (Moment.Pod pod : moment.pods()) {
      pods.add(
          new PodSample(
              pod.candidate() ? Track.CANDIDATE : Track.STABLE,
              pod.name(),
              Duration.ofMillis(Math.round(1000 * pod.age())),
              pod.read() ? samples(pod) : Map.of()));
    }
    return new Tick(
        seq,
        Duration.ofMillis(Math.round(1000 * moment.seconds())),
        "",
        Share.percent((int) Math.round(moment.weight())),
        pods,
        moment
            .edge()
            .map(
                e ->
                    Map.of(
                        Track.CANDIDATE,
                        new Sample.Rate(e.candidateBad(), e.candidate()),
                        Track.STABLE,
                        new Sample.Rate(e.stableBad(), e.stable())))
            .orElse(Map.of()));
  }

  private static Map<String, Sample> samples(Moment.Pod pod) {
    SortedMap<Double, Double> le = new TreeMap<>();
    double sum = 0;
    for (int i = 0; i <= Moment.BOUNDS.length; i++) {
      sum += pod.counts().latency[i];
      le.put(i < Moment.BOUNDS.length ? Moment.BOUNDS[i] : Double.POSITIVE_INFINITY, sum);
    }
    Map<String, Sample> samples = new TreeMap<>();
    samples.put("errors", new Sample.Rate(pod.counts().bad, sum));
    samples.put("latency", new Sample.Buckets(le));
    double requests = sum;
    pod.levels()
        .ifPresent(
            levels -> {
              samples.put("cpu", new Sample.Rate(levels.cpuSeconds(), requests));
              samples.put("memory", new Sample.Gauge(levels.memory()));
            });
    return samples;
  }
}
