package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Track;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Health checks and scrapes among the requests that a pod counts, where no label tells them: what
 * {@linkplain Quiet pods without users} counted. Taken out of the counts, it leaves users'
 * requests; at little traffic most of a pod's requests are of its platform, all of them good, and
 * would hide the share of users' that fail.
 *
 * <p>One and the same for all that a judge sees: stable's past, and every tick of its release.
 *
 * @param parts by metric
 */
public record Background(Map<String, Part> parts) {
  /** More requests a second of one pod than this are no platform's: somebody else calls it. */
  public static final double PLAUSIBLE = 3;

  /** What is owed for longer than so many seconds never came. */
  private static final double PATIENCE = 30;

  /** Health checks and scrapes are answered in so many seconds; what takes longer is left. */
  private static final double FAST = 0.1;

  private static final Background NONE = new Background(Map.of());

  public Background {
    parts = Map.copyOf(parts);
  }

  /**
   * Of one metric and one pod.
   *
   * @param perRead requests that a reading of the counters itself makes: 0 or 1
   * @param perSecond those of everybody else, a second; rather too few than too many
   * @param seen all that was seen, a second
   */
  public record Part(double perRead, double perSecond, double seen) {
    /** Too many to be a platform's; then nothing is taken out. */
    public boolean implausible() {
      return seen > PLAUSIBLE;
    }

    /** How many there are in one stretch between two readings. */
    public double in(double seconds) {
      return implausible() ? 0 : perRead + perSecond * seconds;
    }
  }

  /** Nothing is known, and nothing is taken out. */
  public static Background none() {
    return NONE;
  }

  /**
   * What was to be taken out of pods' counts and was not there yet: the platform's requests do not
   * come evenly. It is taken out of the counts that come next, so that at little traffic, too, no
   * more is left than there was.
   *
   * @param pods by pod, then by metric
   */
  public record Owed(Map<String, Map<String, Double>> pods) {
    public Owed {
      pods = Map.copyOf(pods);
    }

    /** Nothing. */
    public static Owed nothing() {
      return new Owed(Map.of());
    }

    private double of(String pod, String metric) {
      return pods.getOrDefault(pod, Map.of()).getOrDefault(metric, 0.0);
    }
  }

  /** A tick of users' requests, and what is still owed after it. */
  public record Left(Tick tick, Owed owed) {}

  /**
   * A tick without it. Pods that tell nothing of a metric are as they were, and of pods that were
   * missed it is owed.
   *
   * @param mixed metrics in which no label tells the platform's requests, by track
   */
  public Left outOf(Tick tick, Map<Track, Set<String>> mixed, Analysis analysis, Owed owed) {
    if (mixed.values().stream().allMatch(Set::isEmpty)) {
      return new Left(tick, Owed.nothing());
    }
    double seconds = TimeBase.seconds(tick.length());
    List<PodSample> pods = new ArrayList<>(tick.pods().size());
    Map<String, Map<String, Double>> next = new HashMap<>();
    Map<Track, Double> doubt = new EnumMap<>(Track.class);
    for (PodSample pod : tick.pods()) {
      Set<String> ofPod = mixed.getOrDefault(pod.track(), Set.of());
      pods.add(users(pod, ofPod, seconds, owed, next));
      Optional<String> done = Series.completedBy(pod.metrics(), analysis);
      done.filter(ofPod::contains)
          .ifPresent(metric -> doubt.merge(pod.track(), doubt(metric, seconds), Double::sum));
    }
    Tick users =
        new Tick(
            tick.seq(),
            tick.length(),
            tick.stage(),
            tick.weight(),
            pods,
            tick.edge(),
            tick.queried(),
            doubt);
    return new Left(users, new Owed(next));
  }

  /** Of how many requests of a pod it is not sure whose they are. */
  private double doubt(String metric, double seconds) {
    Part part = parts.get(metric);
    return part == null
        ? PLAUSIBLE * seconds
        : part.implausible() ? part.seen() * seconds : part.in(seconds);
  }

  private PodSample users(
      PodSample pod,
      Set<String> mixed,
      double seconds,
      Owed owed,
      Map<String, Map<String, Double>> next) {
    Map<String, Sample> users = new HashMap<>(pod.metrics());
    Map<String, Double> left = new HashMap<>();
    for (String metric : mixed) {
      Part part = parts.get(metric);
      if (part == null || part.in(seconds) == 0) {
        continue;
      }
      Sample counted = pod.metrics().get(metric);
      double before = owed.of(pod.pod(), metric);
      if (counted != null) {
        double due = before + part.in(seconds);
        double there = Math.min(due, good(counted));
        users.put(metric, without(counted, there));
        left.put(metric, Math.min(due - there, part.in(PATIENCE)));
      } else if (before > 0) {
        double due = before + part.perSecond() * seconds;
        left.put(metric, Math.min(due, part.in(PATIENCE)));
      }
    }
    if (left.isEmpty()) {
      return pod;
    }
    next.put(pod.pod(), Map.copyOf(left));
    return new PodSample(pod.track(), pod.pod(), pod.age(), users);
  }

  /** How many requests of a count may be the platform's, whose are answered well and fast. */
  private static double good(Sample counted) {
    return switch (counted) {
      case Sample.Rate rate -> Math.max(0, rate.total() - rate.bad());
      case Sample.Buckets buckets -> fast(buckets.le());
      case Sample.Gauge _ -> 0;
    };
  }

  private static Sample without(Sample counted, double out) {
    return switch (counted) {
      case Sample.Rate rate ->
          new Sample.Rate(
              rate.bad(), Math.max(Math.min(rate.bad(), rate.total()), rate.total() - out));
      case Sample.Buckets buckets -> {
        SortedMap<Double, Double> left = new TreeMap<>();
        buckets.le().forEach((bound, count) -> left.put(bound, Math.max(0, count - out)));
        yield new Sample.Buckets(left);
      }
      case Sample.Gauge gauge -> gauge;
    };
  }

  private static double fast(SortedMap<Double, Double> le) {
    for (Map.Entry<Double, Double> bucket : le.entrySet()) {
      if (bucket.getKey() >= FAST) {
        return bucket.getValue();
      }
    }
    return 0;
  }
}
