package dev.sluice.engine.evidence;

import dev.sluice.engine.evidence.Background.Part;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What ready pods counted while nobody but the platform could reach them: their health checks, and
 * the scrapes of everybody.
 *
 * <p>Our own scrapes come once a reading, which is every two seconds in a release and every ten
 * between releases; all others come by the second. Therefore two parts: a stretch in which nothing
 * was counted shows that our scrape is none that counts, and what is left beyond it is by the
 * second, less one for each pod: where a stretch begins and ends beside a health check, it has one
 * more than its length is worth. To take too many out would make harm of what is none.
 *
 * @param metrics by name
 */
public record Quiet(Map<String, Heard> metrics) {
  private static final int LEAST_TICKS = 5;
  private static final double LEAST_SECONDS = 10;

  public Quiet {
    metrics = Map.copyOf(metrics);
  }

  /**
   * Of one metric, over all pods.
   *
   * @param stretches of pods that were read again and again without a gap
   * @param ticks of all of them
   * @param seconds of all of them
   * @param requests good ones
   * @param least of them in one tick
   */
  public record Heard(int stretches, int ticks, double seconds, double requests, double least) {
    private Heard plus(Heard more) {
      return new Heard(
          stretches + more.stretches(),
          ticks + more.ticks(),
          seconds + more.seconds(),
          requests + more.requests(),
          Math.min(least, more.least()));
    }

    /** Whether it is long enough to say anything. */
    boolean enough() {
      return ticks >= LEAST_TICKS && seconds >= LEAST_SECONDS;
    }

    Part part() {
      double perRead = least >= 1 ? 1 : 0;
      double others = requests - perRead * ticks - stretches;
      return new Part(perRead, Math.max(0, others / seconds), requests / seconds);
    }
  }

  /** Nothing heard. */
  public static Quiet nothing() {
    return new Quiet(Map.of());
  }

  /**
   * After one more tick of one pod.
   *
   * @param counted by metric
   * @param mixed those in which no label tells the platform's requests; the others are left out
   * @param again whether this pod's tick before this one was heard, too
   */
  public Quiet plus(
      Map<String, Sample> counted, Set<String> mixed, Duration length, boolean again) {
    double seconds = TimeBase.seconds(length);
    Map<String, Heard> more = new TreeMap<>(metrics);
    for (String metric : mixed) {
      double good =
          switch (counted.get(metric)) {
            case Sample.Rate rate -> rate.good();
            case Sample.Buckets buckets when !buckets.isEmpty() -> buckets.total();
            case Sample.Buckets _ -> Double.NaN;
            case Sample.Gauge _ -> Double.NaN;
            case null -> Double.NaN;
          };
      if (!Double.isNaN(good) && seconds > 0) {
        more.merge(metric, new Heard(again ? 0 : 1, 1, seconds, good, good), Heard::plus);
      }
    }
    return new Quiet(more);
  }

  /** What the next judge takes out; what too little was heard of is as it was known before. */
  public Background learned(Background before) {
    Map<String, Part> parts = new TreeMap<>(before.parts());
    metrics.forEach(
        (metric, heard) -> {
          if (heard.enough()) {
            parts.put(metric, heard.part());
          }
        });
    return new Background(parts);
  }

  /** What too little was heard of so far: the next release adds to it. */
  public Quiet unlearned() {
    return new Quiet(
        metrics.entrySet().stream()
            .filter(heard -> !heard.getValue().enough())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }
}
