package dev.sluice.kubernetes.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.PolicySpec.Scrape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Where a pod's metrics are. */
class ScrapeTargetTest {
  private static final Optional<Scrape> POLICY =
      Optional.of(new Scrape(OptionalInt.of(9090), Optional.of("/stats")));

  @Test
  void annotations_say_it_first() {
    assertThat(
            target(
                Map.of(
                    "prometheus.io/scrape", "true",
                    "prometheus.io/port", "8081",
                    "prometheus.io/path", "actuator/prometheus"),
                POLICY))
        .contains(new ScrapeTarget(8081, "/actuator/prometheus"));
    assertThat(target(Map.of("prometheus.io/scrape", "true"), POLICY))
        .contains(new ScrapeTarget(8080, "/metrics"));
    assertThat(target(Map.of("prometheus.io/port", "8081"), POLICY))
        .contains(new ScrapeTarget(8081, "/metrics"));
  }

  @Test
  void a_port_that_is_none_is_as_if_it_were_not_said() {
    assertThat(
            target(
                Map.of("prometheus.io/scrape", "true", "prometheus.io/port", "http"),
                Optional.empty()))
        .contains(new ScrapeTarget(8080, "/metrics"));
  }

  @Test
  void then_the_policy_also_where_the_annotation_says_that_others_should_not_read() {
    assertThat(target(Map.of(), POLICY)).contains(new ScrapeTarget(9090, "/stats"));
    assertThat(target(Map.of("prometheus.io/scrape", "false", "prometheus.io/port", "1"), POLICY))
        .contains(new ScrapeTarget(9090, "/stats"));
    assertThat(
            target(Map.of(), Optional.of(new Scrape(OptionalInt.empty(), Optional.of("/stats")))))
        .contains(new ScrapeTarget(8080, "/stats"));
  }

  @Test
  void else_it_is_the_first_port_at_metrics() {
    assertThat(target(Map.of(), Optional.empty())).contains(new ScrapeTarget(8080, "/metrics"));
  }

  @Test
  void without_any_port_there_is_none() {
    assertThat(ScrapeTarget.of(pod(Map.of(), List.of()), Optional.empty())).isEmpty();
  }

  private static Optional<ScrapeTarget> target(
      Map<String, String> annotations, Optional<Scrape> policy) {
    return ScrapeTarget.of(pod(annotations, List.of(8080, 8081)), policy);
  }

  private static ObservedPod pod(Map<String, String> annotations, List<Integer> ports) {
    return new ObservedPod(
        "shop",
        "orders-1",
        "old",
        Optional.of("10.0.0.1"),
        true,
        Instant.EPOCH,
        annotations,
        ports,
        0);
  }
}
