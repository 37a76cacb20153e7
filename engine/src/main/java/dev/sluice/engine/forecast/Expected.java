package dev.sluice.engine.forecast;

import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.model.Track;
import dev.sluice.engine.world.RouteState;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counts that a load makes one expect, fractions of requests included: what chance does to them
 * is left out.
 *
 * @param analysis what will be judged
 */
record Expected(Load load, Analysis analysis) {
  /** Pods that are read of each set at most. */
  static final int SAMPLE = 20;

  /** Requests/s of the people on a whitelist; somebody comes. */
  private static final double WHITELISTED = 0.5;

  private static final Duration BLOCK = Duration.ofSeconds(10);
  private static final int BLOCKS = 180;

  /** Latency of both versions: a median of 60 ms, and one of ten thousand slower than a second. */
  private static final SortedMap<Double, Double> WITHIN =
      new TreeMap<>(
          Map.of(0.1, 0.738, 0.25, 0.963, 0.5, 0.996, 1.0, 0.9998, Double.POSITIVE_INFINITY, 1.0));

  /** Half an hour of so many pods of stable. */
  Calibration calibration(int replicas) {
    if (!load.known()) {
      return Calibration.none();
    }
    List<Tick> past = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      List<PodSample> pods = new ArrayList<>();
      pods(Track.STABLE, replicas, load.requestsPerSecond() * 10, load.errors(), BLOCK, pods);
      past.add(new Tick(i, BLOCK, "between releases", Share.NONE, pods, Map.of()));
    }
    return Calibration.of(past, analysis);
  }

  /**
   * One look.
   *
   * @param weight that was served
   * @param errors share of the candidate's answers that are bad
   * @param age of the candidate's pods
   */
  Tick tick(
      long seq,
      Duration length,
      String stage,
      Share weight,
      World world,
      String candidate,
      double errors,
      Duration age) {
    double requests = load.requestsPerSecond() * length.toNanos() / 1e9;
    double sent = requests * weight.fraction();
    Split split =
        world
            .route()
            .flatMap(RouteState::split)
            .orElseGet(() -> new Split("", Share.NONE, List.of(), Optional.empty(), Share.NONE));
    double stable = requests - sent;
    double extra =
        stable * split.mirror().fraction()
            + (split.match().isEmpty() ? 0 : WHITELISTED * length.toNanos() / 1e9);
    List<PodSample> pods = new ArrayList<>();
    pods(Track.CANDIDATE, world.ready(candidate), sent + extra, errors, age, pods);
    pods(
        Track.STABLE,
        world.ready(SmallCluster.STABLE),
        stable,
        load.errors(),
        Duration.ofHours(1),
        pods);
    Map<Track, Sample.Rate> edge =
        load.gateway()
            ? Map.of(
                Track.CANDIDATE,
                new Sample.Rate(sent * errors, sent),
                Track.STABLE,
                new Sample.Rate(stable * load.errors(), stable))
            : Map.of();
    return new Tick(seq, length, stage, weight, pods, edge);
  }

  private void pods(
      Track track, int ready, double requests, double errors, Duration age, List<PodSample> out) {
    int count = Math.min(ready, SAMPLE);
    for (int i = 0; i < count; i++) {
      double own = requests / count;
      Map<String, Sample> metrics = new HashMap<>();
      for (Metric metric : analysis.metrics()) {
        metrics.put(
            metric.name(),
            switch (metric.kind()) {
              case RATE -> new Sample.Rate(own * (worse(metric) ? errors : load.errors()), own);
              case EVENTS -> new Sample.Rate(0, own);
              case GAUGE, SLOPE -> new Sample.Gauge(1);
              case LATENCY -> latency(own);
            });
      }
      metrics.putIfAbsent(Metric.errors().name(), new Sample.Rate(own * errors, own));
      out.add(new PodSample(track, track + "-" + i, age, metrics));
    }
  }

  /** Errors are what a harm is told in; where they are not judged, whatever is. */
  private boolean worse(Metric metric) {
    boolean judged =
        analysis.metrics().stream().anyMatch(m -> m.name().equals(Metric.errors().name()));
    return !judged || metric.name().equals(Metric.errors().name());
  }

  private static Sample.Buckets latency(double requests) {
    SortedMap<Double, Double> le = new TreeMap<>();
    WITHIN.forEach((bound, share) -> le.put(bound, share * requests));
    return new Sample.Buckets(le);
  }
}
