package dev.sluice.probes.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.MetricSource.Selectors;
import dev.sluice.api.Selector;
import dev.sluice.engine.evidence.RawCounters.Reading;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PageTest {
  private static final String PAGE =
      """
      # HELP http_server_requests_seconds Requests.
      # TYPE http_server_requests_seconds histogram
      http_server_requests_seconds_bucket{status="200",uri="/orders",le="0.1"} 90
      http_server_requests_seconds_bucket{status="200",uri="/orders",le="+Inf"} 100
      http_server_requests_seconds_count{status="200",uri="/orders"} 100
      http_server_requests_seconds_count{status="503",uri="/orders"} 4
      http_server_requests_seconds_count{status="500",uri="/readyz"} 7
      orders_total{outcome="ok",note="a \\"quoted\\", word"} 95 1700000000000
      orders_total{outcome="failed"} 3
      orders_total{outcome="declined"} 2
      up 1
      """;

  @Test
  void failed_requests_and_their_times_are_read_but_not_those_of_the_platform() {
    assertThat(Page.read(PAGE, Map.of()))
        .containsEntry("errors", Reading.rate(4, 104))
        .containsEntry(
            "latency", Reading.histogram(new TreeMap<>(Map.of(0.1, 90.0, 1 / 0.0, 100.0))))
        .hasSize(2);
  }

  @Test
  void the_policys_own_metrics_are_read_by_their_selectors() {
    Selectors failed =
        new Selectors(
            Selector.parse("orders_total{outcome=\"failed\"}"), Selector.parse("orders_total"));
    Selectors quoted =
        new Selectors(
            Selector.parse("orders_total{note=~\".*\\\"quoted\\\".*\"}"),
            Selector.parse("orders_total"));
    assertThat(Page.read(PAGE, Map.of("order-failure", failed, "quoted", quoted)))
        .containsEntry("order-failure", Reading.rate(3, 100))
        .containsEntry("quoted", Reading.rate(95, 100));
  }

  @Test
  void a_metric_that_has_had_no_event_yet_is_zero_and_not_missing() {
    Selectors none = new Selectors(Selector.parse("x_total"), Selector.parse("x_total"));
    assertThat(Page.read("", Map.of("x", none)))
        .containsEntry("x", Reading.rate(0, 0))
        .containsEntry("errors", Reading.rate(0, 0));
  }
}
