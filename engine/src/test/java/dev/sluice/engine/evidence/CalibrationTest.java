package dev.sluice.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.sluice.engine.model.Analysis;
import dev.sluice.engine.model.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is learned from stable's past. */
class CalibrationTest {
  private static final OptionalDouble NO_BOUND = OptionalDouble.empty();

  @Test
  void withoutHistoryTheGuessesAreCareful() {
    Noise noise = Calibration.none().noise("errors", NO_BOUND);
    assertThat(noise.phi1()).isEqualTo(3);
    assertThat(noise.slow()).isEqualTo(0.002);
    assertThat(noise.tau()).isEqualTo(0.15);
    assertThat(noise.known()).isFalse();
    assertThat(Calibration.none().known()).isFalse();
  }

  @Test
  void lessThanAHundredSecondsAreNoHistory() {
    Shop shop = new Shop(1, 1000, 2);
    List<Tick> past = shop.history(Duration.ofSeconds(100));
    assertThat(Calibration.of(past, Analysis.defaults()).known()).isTrue();
    assertThat(Calibration.of(past.subList(1, past.size()), Analysis.defaults()))
        .isEqualTo(Calibration.none());
  }

  @Test
  void burstsAndPodsAreMeasuredAndLatencyGetsTheBoundsNearestToOneAndFivePercent() {
    for (long seed = 1; seed <= 5; seed++) {
      List<Tick> past = new Shop(seed, 1000, 2).history(Duration.ofMinutes(30));
      Calibration known = Calibration.of(past, Analysis.defaults());
      Noise errors = known.noise("errors", NO_BOUND);
      // bursts of mean 1.5: variance over mean is 2, and what pods do by themselves comes on top
      assertThat(errors.phi1()).as("seed " + seed).isBetween(1.6, 2.7);
      assertThat(errors.tau()).as("seed " + seed).isBetween(.03, .3);
      assertThat(errors.bad() / errors.total()).as("seed " + seed).isBetween(.0005, .002);
      // slower than .25 s: 3.7 %, than .5 s: .4 %
      assertThat(known.bounds("latency")).containsExactly(0.5, 0.25);
    }
  }

  @Test
  void aPodThatIsIllDoesNotPassForTheLotteryOfPods() {
    List<Tick> past = new Shop(3, 1000, 2).history(Duration.ofMinutes(30));
    Noise healthy = Calibration.of(past, Analysis.defaults()).noise("errors", NO_BOUND);
    List<Tick> ill = past.stream().map(tick -> withFirstPodIll(tick, 0.03)).toList();
    Noise errors = Calibration.of(ill, Analysis.defaults()).noise("errors", NO_BOUND);
    assertThat(errors.tau()).isLessThan(.3);
    assertThat(errors.bad() / errors.total())
        .isCloseTo(healthy.bad() / healthy.total(), withinPercentage(15));
  }

  private static Tick withFirstPodIll(Tick tick, double errors) {
    List<PodSample> pods = new ArrayList<>(tick.pods());
    PodSample first = pods.getFirst();
    double total =
        Series.read(first.metrics(), "errors", NO_BOUND).map(Sample.Rate::total).orElseThrow();
    Map<String, Sample> metrics = new TreeMap<>(first.metrics());
    metrics.put("errors", new Sample.Rate(errors * total, total));
    pods.set(0, new PodSample(first.track(), first.pod(), first.age(), metrics));
    return new Tick(tick.seq(), tick.length(), tick.stage(), tick.weight(), pods, tick.edge());
  }

  @Test
  void theTickOfHistoryDoesNotMatter() {
    List<Tick> past = new Shop(4, 1000, 2).history(Duration.ofMinutes(10));
    Calibration fine = Calibration.of(past, Analysis.defaults());
    List<Tick> coarse = new ArrayList<>();
    for (int i = 0; i < past.size(); i += 5) {
      coarse.add(merged(past.subList(i, i + 5)));
    }
    assertThat(Calibration.of(coarse, Analysis.defaults())).isEqualTo(fine);
  }

  @Test
  void aBoundThatWasAskedForIsTheNearestBucket() {
    TreeMap<Double, Double> histogram = new TreeMap<>();
    histogram.put(0.1, 90.0);
    histogram.put(0.5, 99.0);
    histogram.put(Double.POSITIVE_INFINITY, 100.0);
    Metric slow =
        new Metric(
            "latency",
            Metric.Kind.LATENCY,
            Metric.latency().tolerance(),
            Optional.of(Duration.ofMillis(450)));
    assertThat(Series.bounds(slow, histogram)).containsExactly(0.5);
    assertThat(Series.bounds(Metric.latency(), histogram)).containsExactly(0.5, 0.1);
    assertThat(Series.bounds(slow, new TreeMap<>())).isEmpty();
  }

  private static Tick merged(List<Tick> ticks) {
    List<PodSample> pods = new ArrayList<>();
    for (PodSample first : ticks.getFirst().pods()) {
      double bad = 0;
      double total = 0;
      TreeMap<Double, Double> le = new TreeMap<>();
      for (Tick tick : ticks) {
        for (PodSample pod : tick.pods()) {
          if (pod.pod().equals(first.pod())) {
            if (pod.metrics().get("errors") instanceof Sample.Rate rate) {
              bad += rate.bad();
              total += rate.total();
            }
            if (pod.metrics().get("latency") instanceof Sample.Buckets buckets) {
              buckets.forEach((bound, count) -> le.merge(bound, count, Double::sum));
            }
          }
        }
      }
      pods.add(
          new PodSample(
              first.track(),
              first.pod(),
              first.age(),
              Map.of("errors", new Sample.Rate(bad, total), "latency", new Sample.Buckets(le))));
    }
    Tick last = ticks.getLast();
    return new Tick(
        last.seq(),
        last.length().multipliedBy(ticks.size()),
        last.stage(),
        last.weight(),
        pods,
        last.edge());
  }
}
