package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is kept of a block says what the block said. */
class PackedPodsTest {
  @Test
  void whatIsUnpackedIsWhatWasPacked() {
    Sample.Buckets latency =
        new Sample.Buckets(
            new TreeMap<>(Map.of(0.1, 700.0, 0.5, 990.0, Double.POSITIVE_INFINITY, 1000.0)));
    List<PodSample> pods =
        List.of(
            pod("a", Map.of("errors", new Sample.Rate(3, 1000), "latency", latency)),
            pod("b", Map.of("cpu", new Sample.Gauge(0.25), "errors", new Sample.Rate(0, 16e6))),
            pod("c", Map.of()));
    PackedPods packed = PackedPods.of(pods, PackedPods.NONE);
    assertThat(packed.samples()).isEqualTo(pods);
    assertThat(PackedPods.of(pods.reversed(), packed).samples()).isEqualTo(pods.reversed());
    assertThat(PackedPods.of(List.of(), packed).samples()).isEmpty();
  }

  private static PodSample pod(String name, Map<String, Sample> metrics) {
    return new PodSample(Track.STABLE, name, Duration.ofSeconds(70), metrics);
  }
}
