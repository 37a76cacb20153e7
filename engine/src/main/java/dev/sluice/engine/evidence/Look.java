package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What one tick says of one metric.
 *
 * @param complete whether both arms could be read; if not, the counts wait for the next tick
 * @param candidatePods that were read, at least 1
 * @param stablePods that were read, at least 1
 * @param seconds that it covers
 * @param noise of stable, as it was known before it
 */
record Look(
    Counts counts,
    boolean complete,
    int candidatePods,
    int stablePods,
    double seconds,
    Noise noise) {
  /**
   * Takes a tick's counts of a metric. An arm counts as read when any of its pods was; a pod that
   * was missed comes with more next time, and the cap on a tick holds what that can do.
   *
   * @param latency whether it is a latency metric
   * @param index of the row in the sums
   * @param sums of stable's pods before this tick; who is out of line in them is left out
   * @param noise of stable in this metric, as it is known before this tick
   * @param warmUp younger pods of the candidate are left out
   */
  static Look of(
      MetricLedger row,
      int index,
      boolean latency,
      Tick tick,
      PodSums sums,
      Noise noise,
      Duration warmUp) {
    double seconds = TimeBase.seconds(tick.length());
    if (row.metric().equals(Metric.EDGE_ERRORS)) {
      return whole(tick, tick.edge(), seconds, noise);
    }
    Map<Track, Sample.Rate> queried = tick.queried().get(row.metric());
    if (queried != null) {
      return whole(tick, queried, seconds, noise);
    }
    if (latency && row.bound().isEmpty()) {
      return new Look(Counts.NONE, false, 1, 1, seconds, noise);
    }
    Double bound = Series.key(row.bound());
    Sifted.LeftOut out = tick.leftOut(row.metric());
    List<String> outlying = sums.outlying(index, noise.usual());
    double ec = 0;
    double nc = 0;
    double eb = 0;
    double nb = 0;
    int candidateListed = 0;
    int candidateRead = 0;
    int stableListed = 0;
    int stableRead = 0;
    for (int i = 0; i < tick.counted().size(); i++) {
      PodSample pod = tick.counted().get(i);
      Sample sample = pod.metrics().get(row.metric());
      double total = Series.total(sample, out.of(i), bound);
      boolean read = !Double.isNaN(total);
      double all = read ? total : 0;
      double bad = read ? Series.bad(sample, out.of(i), bound, total) : 0;
      switch (pod.track()) {
        case CANDIDATE -> {
          if (pod.age().compareTo(warmUp) >= 0) {
            candidateListed++;
            candidateRead += read ? 1 : 0;
            ec += bad;
            nc += all;
          }
        }
        case STABLE -> {
          stableListed++;
          stableRead += read ? 1 : 0;
          if (outlying.isEmpty() || !outlying.contains(PodSums.key(pod.pod()))) {
            eb += bad;
            nb += all;
          }
        }
      }
    }
    boolean complete =
        (candidateListed == 0 || candidateRead > 0) && (stableListed == 0 || stableRead > 0);
    return new Look(
        new Counts(ec, nc, eb, nb),
        complete,
        Math.max(1, candidateRead),
        Math.max(1, stableRead - outlying.size()),
        seconds,
        noise);
  }

  /** Counts of whole tracks, by somebody who does not tell pods apart. */
  private static Look whole(
      Tick tick, Map<Track, Sample.Rate> counted, double seconds, Noise noise) {
    Sample.Rate none = new Sample.Rate(0, 0);
    Sample.Rate candidate = counted.getOrDefault(Track.CANDIDATE, none).share();
    Sample.Rate stable = counted.getOrDefault(Track.STABLE, none).share();
    return new Look(
        new Counts(candidate.bad(), candidate.total(), stable.bad(), stable.total()),
        counted.size() == Track.values().length,
        Math.max(1, pods(tick, Track.CANDIDATE)),
        Math.max(1, pods(tick, Track.STABLE)),
        seconds,
        noise);
  }

  private static int pods(Tick tick, Track track) {
    int count = 0;
    for (int i = 0; i < tick.counted().size(); i++) {
      count += tick.counted().get(i).track() == track ? 1 : 0;
    }
    return count;
  }
}
