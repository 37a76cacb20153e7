package dev.sluice.bench.judge;

import java.util.List;
import java.util.Optional;

/**
 * What one tick shows.
 *
 * @param end seconds since the release began; up to 0 before it
 * @param seconds of the tick
 * @param weight that was served to the candidate, in percent
 * @param pods as they were scraped
 * @param edge what the gateway counted, where it does
 * @param candidate all that happened to the candidate's requests, scraped or not
 * @param stable the same of stable's
 * @param hurt requests that failed, or took over half a second, for no reason but the candidate;
 *     the expected number
 */
record Moment(
    double end,
    double seconds,
    double weight,
    List<Pod> pods,
    Optional<Edge> edge,
    Sum candidate,
    Sum stable,
    double hurt) {
  /** Upper bounds of the histogram in seconds; what is slower comes after the last. */
  static final double[] BOUNDS = {0.1, 0.25, 0.5, 1, 2.5};

  /**
   * One pod's counts since it was last read.
   *
   * @param read whether it could be; if not the counts are those of nothing, and the next cover it
   * @param levels where they are judged
   */
  record Pod(
      boolean candidate,
      String name,
      double age,
      boolean read,
      Sum counts,
      Optional<Levels> levels) {}

  /** Seconds of processor time in this tick, and bytes that are held at its end. */
  record Levels(double cpuSeconds, double memory) {}

  /** The gateway's counts: bad and all. */
  record Edge(double candidateBad, double candidate, double stableBad, double stable) {}

  /** Requests: the bad ones, all, and by latency; the last is not cumulative. */
  static final class Sum {
    final double[] latency = new double[BOUNDS.length + 1];
    double bad;
    double total;

    void add(Sum other) {
      add(other, 1);
    }

    /** Adds a part of another one, 0..1. */
    void add(Sum other, double part) {
      bad += part * other.bad;
      total += part * other.total;
      for (int i = 0; i < latency.length; i++) {
        latency[i] += part * other.latency[i];
      }
    }

    /** Requests that a pod answered: all but those that it never saw. */
    double answered() {
      double all = 0;
      for (double count : latency) {
        all += count;
      }
      return all;
    }

    double errorShare() {
      return bad / total;
    }

    /** As histogram_quantile of Prometheus has it: linear within a bucket; NaN of nothing. */
    double quantile(double q) {
      double all = answered();
      double rank = q * all;
      double below = 0;
      for (int i = 0; i < BOUNDS.length; i++) {
        if (below + latency[i] >= rank && all > 0) {
          double from = i == 0 ? 0 : BOUNDS[i - 1];
          return from + (BOUNDS[i] - from) * (rank - below) / latency[i];
        }
        below += latency[i];
      }
      return all == 0 ? Double.NaN : BOUNDS[BOUNDS.length - 1];
    }
  }
}
