package dev.sluice.probes.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.MetricSource.Selectors;
import dev.sluice.api.Selector;
import dev.sluice.engine.evidence.RawCounters.Reading;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    assertThat(Page.read(PAGE, Sought.nothing()))
        .containsEntry("errors", Reading.rate(4, 104))
        .containsEntry(
            "latency", Reading.histogram(new TreeMap<>(Map.of(0.1, 90.0, 1 / 0.0, 100.0))))
        .hasSize(2);
  }

  @Test
  void what_calls_itself_a_probe_or_a_scrape_is_no_user() {
    String agents =
        """
        http_requests_total{code="200",user_agent="kube-probe/1.36"} 1000
        http_requests_total{code="503",user_agent="ELB-HealthChecker/2.0"} 50
        http_requests_total{code="200",http_user_agent="Prometheus/3.7.0"} 1000
        http_requests_total{code="200",user_agent_original="sluice"} 1000
        http_requests_total{code="200",user_agent="Mozilla/5.0 (X11) not Prometheus"} 9
        http_requests_total{code="500",user_agent=""} 1
        """;
    assertThat(Page.read(agents, Sought.nothing())).containsEntry("errors", Reading.rate(1, 10));
  }

  @Test
  void where_no_label_tells_the_platforms_requests_the_page_says_so() {
    String plain =
        """
        http_requests_total{code="200",method="GET"} 9
        http_requests_total{code="500",method="GET"} 1
        http_request_duration_seconds_bucket{le="0.1",path="/orders"} 8
        http_request_duration_seconds_bucket{le="+Inf",path="/orders"} 10
        """;
    assertThat(mixed(PAGE)).as("a path").isEmpty();
    assertThat(mixed(plain)).as("a path in the histogram alone").containsExactly("errors");
    assertThat(mixed(plain.replace(",path=\"/orders\"", "")))
        .containsExactlyInAnyOrder("errors", "latency");
    assertThat(mixed(plain.replace("method=\"GET\"", "user_agent=\"curl/8\""))).isEmpty();
    assertThat(mixed(plain.replace("method=\"GET\"", "path=\"\"")))
        .as("an empty label is none")
        .containsExactly("errors");
    assertThat(mixed("up 1\n")).as("nothing is counted").isEmpty();
  }

  @Test
  void requests_that_the_policy_selects_itself_may_hold_the_platforms_too() {
    String page =
        """
        http_requests_total{code="200",method="GET"} 9
        http_requests_total{code="500",method="GET"} 1
        calls_total{kind="all"} 9
        calls_total{kind="all",bad="1"} 9
        paths_total{path="/orders"} 9
        paths_total{path="/healthz"} 5
        """;
    assertThat(mixed(page, "errors", "calls_total")).as("by its name").containsExactly("errors");
    assertThat(mixed(page, "failing", "http_requests_total"))
        .as("by its counter")
        .contains("failing");
    assertThat(mixed(page, "order-failure", "calls_total"))
        .as("nobody probes orders")
        .containsExactly("errors");
    assertThat(mixed(page, "errors", "paths_total")).as("a probe's path").contains("errors");
    assertThat(mixed(page, "errors", "paths_total{path!=\"/healthz\"}")).isEmpty();
    assertThat(mixed(page, "errors", "absent_total")).as("nothing is counted").isEmpty();
    assertThat(mixed(page, "latency", "calls_total"))
        .containsExactlyInAnyOrder("errors", "latency");
  }

  private static Set<String> mixed(String page, String metric, String total) {
    Selectors own = new Selectors(Selector.parse("calls_total{bad=\"1\"}"), Selector.parse(total));
    return Page.of(page, new Sought(Map.of(metric, own), Set.of())).mixed();
  }

  private static Set<String> mixed(String page) {
    return Page.of(page, Sought.nothing()).mixed();
  }

  @Test
  void where_the_good_events_are_counted_all_others_are_bad() {
    Selectors paid =
        new Selectors(
            Selector.parse("orders_total{outcome=\"ok\"}"), true, Selector.parse("orders_total"));
    assertThat(Page.read(PAGE, new Sought(Map.of("payment", paid), Set.of())))
        .containsEntry("payment", Reading.rate(5, 100));
    Selectors more =
        new Selectors(
            Selector.parse("orders_total"), true, Selector.parse("orders_total{outcome=\"ok\"}"));
    assertThat(Page.read(PAGE, new Sought(Map.of("payment", more), Set.of())))
        .containsEntry("payment", Reading.rate(0, 95));
  }

  @Test
  void what_is_under_way_is_no_good_event_yet_and_does_not_make_the_bad_ones_fall() {
    String[] page = {""};
    Selectors paid =
        new Selectors(Selector.parse("paid_total"), true, Selector.parse("begun_total"));
    Scraper scraper =
        new Scraper(
            new Sought(Map.of("payment", paid), Set.of()), _ -> new Pages.Fetched.Text(page[0]));
    List<Reading> seen = new ArrayList<>();
    int[][] counted = {{100, 103}, {104, 104}, {200, 208}, {209, 210}, {3, 3}, {4, 5}};
    for (int[] n : counted) {
      page[0] = "paid_total %d\nbegun_total %d\n".formatted(n[0], n[1]);
      scraper
          .read(Map.of("a", URI.create("http://a/metrics")))
          .values()
          .forEach(read -> seen.add(read.readings().getOrDefault("payment", Reading.level(0))));
    }
    assertThat(seen)
        .containsExactly(
            Reading.rate(3, 103),
            Reading.rate(3, 104),
            Reading.rate(8, 208),
            Reading.rate(8, 210),
            Reading.rate(0, 3),
            Reading.rate(1, 5));
  }

  @Test
  void failures_that_are_not_a_number_are_not_none() {
    String lie =
        """
        http_server_requests_seconds_count{status="200",uri="/orders"} 100
        http_server_requests_seconds_count{status="503",uri="/orders"} NaN
        """;
    assertThatThrownBy(() -> Page.read(lie, Sought.nothing()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no count");
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
    assertThat(
            Page.read(
                PAGE, new Sought(Map.of("order-failure", failed, "quoted", quoted), Set.of())))
        .containsEntry("order-failure", Reading.rate(3, 100))
        .containsEntry("quoted", Reading.rate(95, 100));
  }

  @Test
  void a_metric_that_has_had_no_event_yet_is_zero_and_not_missing() {
    Selectors none = new Selectors(Selector.parse("x_total"), Selector.parse("x_total"));
    assertThat(Page.read("", new Sought(Map.of("x", none), Set.of())))
        .containsEntry("x", Reading.rate(0, 0))
        .containsEntry("errors", Reading.rate(0, 0));
  }

  @Test
  void opentelemetrys_names_are_known() {
    assertThat(
            Page.read(
                """
                http_server_request_duration_seconds_bucket{http_request_method="GET",http_response_status_code="200",http_route="/orders/{id}",le="0.25"} 8
                http_server_request_duration_seconds_bucket{http_request_method="GET",http_response_status_code="200",http_route="/orders/{id}",le="+Inf"} 10
                http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="200",http_route="/orders/{id}"} 10
                http_server_request_duration_seconds_bucket{http_request_method="GET",http_response_status_code="500",http_route="/orders/{id}",le="0.25"} 1
                http_server_request_duration_seconds_bucket{http_request_method="GET",http_response_status_code="500",http_route="/orders/{id}",le="+Inf"} 2
                http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="500",http_route="/orders/{id}"} 2
                http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="503",http_route="/healthz"} 7
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(2, 12))
        .containsEntry("latency", histogram(0.25, 9, 12));
  }

  @Test
  void those_of_its_first_years_count_milliseconds() {
    assertThat(
            Page.read(
                """
                http_server_duration_milliseconds_bucket{http_status_code="200",le="250"} 8
                http_server_duration_milliseconds_bucket{http_status_code="200",le="+Inf"} 10
                http_server_duration_milliseconds_count{http_status_code="200"} 10
                http_server_duration_milliseconds_count{http_status_code="502"} 1
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(1, 11))
        .containsEntry("latency", histogram(0.25, 8, 10));
  }

  @Test
  void a_counter_by_code_and_a_histogram_without_one_are_read_as_go_services_have_them() {
    assertThat(
            Page.read(
                """
                http_requests_total{code="200",method="get"} 95
                http_requests_total{code="500",method="get"} 5
                http_request_duration_seconds_bucket{method="get",le="0.1"} 90
                http_request_duration_seconds_bucket{method="get",le="+Inf"} 100
                http_request_duration_seconds_count{method="get"} 100
                promhttp_metric_handler_requests_total{code="500"} 3
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(5, 100))
        .containsEntry("latency", histogram(0.1, 90, 100));
  }

  @Test
  void a_status_may_be_its_class_as_pythons_instrumentator_has_it() {
    assertThat(
            Page.read(
                """
                http_requests_total{handler="/orders",method="GET",status="2xx"} 40.0
                http_requests_total{handler="/orders",method="GET",status="5xx"} 2.0
                http_requests_total{handler="/metrics",method="GET",status="2xx"} 700.0
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(2, 42));
  }

  @Test
  void a_histogram_with_a_status_is_enough_as_nodes_bundle_has_it() {
    assertThat(
            Page.read(
                """
                http_request_duration_seconds_bucket{le="0.1",status_code="200",method="GET",path="/orders"} 9
                http_request_duration_seconds_bucket{le="+Inf",status_code="200",method="GET",path="/orders"} 10
                http_request_duration_seconds_count{status_code="200",method="GET",path="/orders"} 10
                http_request_duration_seconds_count{status_code="503",method="GET",path="/readyz"} 4
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(0, 10))
        .containsEntry("latency", histogram(0.1, 9, 10));
  }

  @Test
  void without_a_status_nothing_is_said_of_failures() {
    assertThat(Page.read("http_request_duration_seconds_count 10\n", Sought.nothing()))
        .containsEntry("errors", Reading.rate(0, 0));
  }

  @Test
  void requests_that_two_libraries_count_count_once() {
    assertThat(
            Page.read(
                """
                http_requests_total{code="200"} 10
                http_server_requests_seconds_count{status="200",uri="/orders"} 10
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(0, 10));
  }

  @Test
  void histograms_of_different_bounds_are_added_where_all_of_them_have_one() {
    assertThat(
            Page.read(
                """
                http_server_requests_seconds_bucket{status="200",uri="/a",le="0.1"} 1
                http_server_requests_seconds_bucket{status="200",uri="/a",le="0.5"} 2
                http_server_requests_seconds_bucket{status="200",uri="/a",le="+Inf"} 3
                http_server_requests_seconds_bucket{status="200",uri="/b",le="0.2"} 5
                http_server_requests_seconds_bucket{status="200",uri="/b",le="0.5"} 6
                http_server_requests_seconds_bucket{status="200",uri="/b",le="+Inf"} 7
                """,
                Sought.nothing()))
        .containsEntry("latency", histogram(0.5, 8, 10));
  }

  @Test
  void calls_by_grpc_fail_as_its_own_instrumentation_says() {
    assertThat(
            Page.read(
                """
                grpc_server_call_duration_seconds_bucket{grpc_method="shop.Orders/Place",grpc_status="OK",le="0.1"} 90
                grpc_server_call_duration_seconds_bucket{grpc_method="shop.Orders/Place",grpc_status="OK",le="+Inf"} 95
                grpc_server_call_duration_seconds_count{grpc_method="shop.Orders/Place",grpc_status="OK"} 95
                grpc_server_call_duration_seconds_count{grpc_method="shop.Orders/Place",grpc_status="NOT_FOUND"} 3
                grpc_server_call_duration_seconds_count{grpc_method="shop.Orders/Place",grpc_status="UNAVAILABLE"} 2
                grpc_server_call_duration_seconds_count{grpc_method="grpc.health.v1.Health/Check",grpc_status="OK"} 700
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(2, 100))
        .containsEntry("latency", histogram(0.1, 90, 95));
  }

  @Test
  void calls_by_grpc_fail_as_go_spells_it_and_what_http_answers_beside_them_counts_too() {
    assertThat(
            Page.read(
                """
                http_requests_total{code="200",handler="/report"} 10
                http_requests_total{code="500",handler="/report"} 1
                http_request_duration_seconds_bucket{handler="/report",le="1"} 11
                http_request_duration_seconds_bucket{handler="/report",le="+Inf"} 11
                grpc_server_handled_total{grpc_code="OK",grpc_method="Place",grpc_service="shop.Orders"} 80
                grpc_server_handled_total{grpc_code="DeadlineExceeded",grpc_method="Place",grpc_service="shop.Orders"} 4
                grpc_server_handled_total{grpc_code="InvalidArgument",grpc_method="Place",grpc_service="shop.Orders"} 6
                grpc_server_handled_total{grpc_code="OK",grpc_method="Check",grpc_service="grpc.health.v1.Health"} 300
                grpc_server_handling_seconds_bucket{grpc_method="Place",grpc_service="shop.Orders",le="0.05"} 70
                grpc_server_handling_seconds_bucket{grpc_method="Place",grpc_service="shop.Orders",le="+Inf"} 90
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(5, 101))
        .containsEntry("latency", histogram(0.05, 70, 90));
  }

  @Test
  void micrometer_and_opentelemetry_name_calls_by_grpc_otherwise() {
    assertThat(
            Page.read(
                """
                grpc_server_processing_duration_seconds_count{method="Place",methodType="UNARY",service="shop.Orders",statusCode="OK"} 7
                grpc_server_processing_duration_seconds_count{method="Place",methodType="UNARY",service="shop.Orders",statusCode="INTERNAL"} 1
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(1, 8));
    assertThat(
            Page.read(
                """
                rpc_server_duration_milliseconds_count{rpc_grpc_status_code="0",rpc_service="shop.Orders"} 7
                rpc_server_duration_milliseconds_count{rpc_grpc_status_code="5",rpc_service="shop.Orders"} 1
                rpc_server_duration_milliseconds_count{rpc_grpc_status_code="13",rpc_service="shop.Orders"} 2
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(2, 10));
    assertThat(
            Page.read(
                """
                rpc_server_call_duration_seconds_count{rpc_method="shop.Orders/Place",rpc_response_status_code="OK"} 7
                rpc_server_call_duration_seconds_count{rpc_method="shop.Orders/Place",rpc_response_status_code="INTERNAL"} 3
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(3, 10));
  }

  private static Reading histogram(double bound, double upTo, double all) {
    return Reading.histogram(new TreeMap<>(Map.of(bound, upTo, 1 / 0.0, all)));
  }
}
