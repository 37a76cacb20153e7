package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A simulated service: noisy traffic, errors in bursts, pods that differ; the same seed, the same
 * day.
 */
final class Shop {
  private static final double[] BOUNDS = {0.1, 0.25, 0.5, 1, 2.5};
  private static final int PODS = 10;

  private final Random random;
  private final double perSecond;
  private final double seconds;
  private final double[] podOffset = new double[2 * PODS];
  private final double[] podWave = new double[2 * PODS];
  private double load;
  private double mood;
  private long seq;

  Shop(long seed, double perSecond, double seconds) {
    this.random = new Random(seed);
    this.perSecond = perSecond;
    this.seconds = seconds;
    Arrays.setAll(podOffset, _ -> 0.1 * random.nextGaussian());
  }

  /** How the tracks fail in a tick. */
  record Rates(double stableErrors, double candidateErrors, double candidateSlowdown) {
    static final Rates GOOD = new Rates(0.001, 0.001, 1);

    static Rates candidateFails(double errors) {
      return new Rates(0.001, errors, 1);
    }
  }

  /** Stable alone. */
  List<Tick> history(Duration span) {
    List<Tick> ticks = new ArrayList<>();
    for (double t = 0; t < span.toSeconds(); t += seconds) {
      ticks.add(tick("history", Share.NONE, Rates.GOOD));
    }
    return ticks;
  }

  Tick tick(String stage, Share weight, Rates rates) {
    load = 0.8 * load + 0.06 * random.nextGaussian();
    mood = 0.98 * mood + 0.06 * random.nextGaussian();
    double requests = perSecond * seconds * Math.exp(load);
    int candidates = (int) Math.ceil(PODS * weight.fraction());
    List<PodSample> pods = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      double share = (1 - weight.fraction()) / PODS;
      pods.add(pod(Track.STABLE, i, requests * share, rates.stableErrors(), 1));
    }
    for (int i = 0; i < candidates; i++) {
      double share = weight.fraction() / candidates;
      pods.add(
          pod(
              Track.CANDIDATE,
              i,
              requests * share,
              rates.candidateErrors(),
              rates.candidateSlowdown()));
    }
    return new Tick(
        seq++, Duration.ofMillis((long) (seconds * 1000)), stage, weight, pods, Map.of());
  }

  private PodSample pod(Track track, int index, double mean, double errors, double slowdown) {
    int at = track == Track.STABLE ? index : PODS + index;
    podWave[at] = 0.96 * podWave[at] + 0.07 * random.nextGaussian();
    long total = poisson(mean);
    double rate = Math.min(0.95, errors * Math.exp(mood + podOffset[at] + podWave[at]));
    long bad = 0;
    if (errors > 0.02) {
      bad = binomial(total, errors);
    } else {
      long bursts = poisson(total * rate / 1.5);
      for (long i = 0; i < bursts; i++) {
        bad++;
        while (random.nextDouble() < 1 - 1 / 1.5) {
          bad++;
        }
      }
      bad = Math.min(bad, total);
    }
    double median = 0.06 * slowdown * Math.exp(0.3 * podOffset[at]);
    SortedMap<Double, Double> le = new TreeMap<>();
    long left = total;
    double within = 0;
    double below = 0;
    for (double bound : BOUNDS) {
      double cumulative = normal(Math.log(bound / median) / 0.8);
      long here = binomial(left, (cumulative - below) / Math.max(1e-12, 1 - below));
      left -= here;
      within += here;
      below = cumulative;
      le.put(bound, within);
    }
    le.put(Double.POSITIVE_INFINITY, (double) total);
    return new PodSample(
        track,
        (track == Track.STABLE ? "shop-5d4f6c7b9-st-" : "shop-7c9d8e6f5-ca-") + index,
        Duration.ofMinutes(10),
        Map.of("errors", new Sample.Rate(bad, total), "latency", new Sample.Buckets(le)));
  }

  private long poisson(double mean) {
    if (mean > 50) {
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    long count = 0;
    for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  private long binomial(long n, double p) {
    double clamped = Math.clamp(p, 0, 1);
    double mean = n * clamped;
    double rest = n * (1 - clamped);
    if (mean > 50 && rest > 50) {
      double drawn = mean + Math.sqrt(mean * (1 - clamped)) * random.nextGaussian();
      return Math.clamp(Math.round(drawn), 0, n);
    }
    if (n > 200) {
      return mean <= 50 ? Math.min(n, poisson(mean)) : n - Math.min(n, poisson(rest));
    }
    long count = 0;
    for (long i = 0; i < n; i++) {
      count += random.nextDouble() < clamped ? 1 : 0;
    }
    return count;
  }

  /** Distribution function of the normal law, to 1e-7 (Abramowitz and Stegun 26.2.17). */
  private static double normal(double z) {
    double t = 1 / (1 + 0.2316419 * Math.abs(z));
    double tail =
        Math.exp(-z * z / 2)
            / Math.sqrt(2 * Math.PI)
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return z >= 0 ? 1 - tail : tail;
  }
}
