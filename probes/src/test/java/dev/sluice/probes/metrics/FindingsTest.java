package dev.sluice.probes.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.RawCounters.Reading;
import dev.sluice.probes.metrics.Findings.Timed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a page that nobody has described turns out to show. */
class FindingsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Micrometer | http_server_requests_seconds_count{status=\"200\",uri=\"/\"} 7",
        "OpenTelemetry's conventions | http_server_request_duration_seconds_count{http_response_status_code=\"200\"} 7",
        "OpenTelemetry's conventions before 1.23 | http_server_duration_milliseconds_count{http_status_code=\"200\"} 7",
        "a client library of Prometheus | http_requests_total{code=\"200\"} 7",
        "prometheus-net | http_requests_received_total{code=\"200\"} 7",
        "gRPC's own metrics | grpc_server_call_duration_seconds_count{grpc_status=\"OK\"} 7",
        "go-grpc-middleware | grpc_server_handled_total{grpc_code=\"OK\"} 7",
        "Istio | istio_requests_total{reporter=\"destination\",response_code=\"200\",request_protocol=\"http\"} 7",
        "Envoy | envoy_http_downstream_rq_xx{envoy_response_code_class=\"2\",envoy_http_conn_manager_prefix=\"ingress_http\"} 7",
        "Traefik | traefik_entrypoint_requests_total{code=\"200\",entrypoint=\"web\"} 7",
        "ingress-nginx | nginx_ingress_controller_requests{status=\"200\"} 7",
      })
  void each_family_is_known_by_name_and_by_the_code_that_judges(String family, String series) {
    Findings found = Findings.of(series + "\n").orElseThrow();
    assertThat(found.families()).containsExactly(family);
    assertThat(found.judgeable()).isTrue();
    assertThat(found.readings()).containsEntry("errors", Reading.rate(0, 7));
  }

  @Test
  void what_a_sidecar_asks_of_others_is_not_what_the_service_answered() {
    Map<String, Reading> read =
        Page.read(
            """
            istio_requests_total{reporter="destination",response_code="200",request_protocol="http"} 10
            istio_requests_total{reporter="destination",response_code="503",request_protocol="http"} 1
            istio_requests_total{reporter="source",response_code="503",request_protocol="http"} 99
            istio_requests_total{reporter="destination",response_code="200",request_protocol="grpc",grpc_response_status="14"} 2
            """,
            Sought.nothing());
    assertThat(read).containsEntry("errors", Reading.rate(3, 13));
    assertThat(
            Page.read(
                """
                envoy_http_downstream_rq_xx{envoy_response_code_class="5",envoy_http_conn_manager_prefix="ingress_http"} 1
                envoy_http_downstream_rq_xx{envoy_response_code_class="5",envoy_http_conn_manager_prefix="admin"} 9
                envoy_http_downstream_rq_xx{envoy_response_code_class="5",envoy_http_conn_manager_prefix="outbound_0.0.0.0_80"} 9
                """,
                Sought.nothing()))
        .containsEntry("errors", Reading.rate(1, 1));
  }

  @Test
  void a_page_that_tells_of_the_service_itself_is_believed_before_its_sidecar() {
    Findings found =
        Findings.of(
                """
                istio_requests_total{reporter="destination",response_code="200",request_protocol="http"} 10
                http_server_requests_seconds_count{status="200",uri="/orders"} 9
                """)
            .orElseThrow();
    assertThat(found.families()).containsExactly("Micrometer");
  }

  @Test
  void a_histogram_is_one_with_buckets_a_native_one_or_none() {
    String count = "http_request_duration_seconds_count{code=\"200\"} 7\n";
    String type = "# TYPE http_request_duration_seconds ";
    assertThat(timed(count)).isEqualTo(Timed.NOT_AT_ALL);
    assertThat(timed(type + "summary\n" + count)).isEqualTo(Timed.SUMMARY);
    assertThat(
            timed(
                type
                    + "histogram\n"
                    + count
                    + "http_request_duration_seconds_bucket{code=\"200\",le=\"+Inf\"} 7\n"))
        .as("what a client exposes of a native one in text")
        .isEqualTo(Timed.NATIVE);
    assertThat(
            timed(
                type
                    + "histogram\n"
                    + count
                    + "http_request_duration_seconds_bucket{code=\"200\",le=\"0.1\"} 6\n"
                    + "http_request_duration_seconds_bucket{code=\"200\",le=\"+Inf\"} 7\n"))
        .isEqualTo(Timed.BUCKETS);
  }

  @Test
  void without_a_status_failures_cannot_be_told() {
    Findings found =
        Findings.of("http_request_duration_seconds_count{path=\"/\"} 7\n").orElseThrow();
    assertThat(found.families()).containsExactly("a client library of Prometheus");
    assertThat(found.judgeable()).isFalse();
  }

  @Test
  void counters_by_outcome_are_offered_and_those_of_the_machinery_are_not() {
    assertThat(
            outcomes(
                """
                orders_total{outcome="ok"} 9
                orders_total{outcome="failed"} 1
                payments_total{result="declined"} 1
                payments_total{result="error"} 1
                mails_total{status="accepted"} 1
                mails_total{status="delivered"} 1
                mails_total{status="bounced"} 1
                cache_gets_total{result="miss"} 1
                http_requests_total{status="ok"} 1
                calls_total{status="503"} 1
                moods_total{state="grumpy"} 1
                """))
        .containsExactly(
            new Outcome("mails_total", "mails_total{status!~\"accepted|delivered\"}"),
            new Outcome("orders_total", "orders_total{outcome!=\"ok\"}"),
            new Outcome("payments_total", "payments_total{result=~\"declined|error\"}"));
  }

  @Test
  void what_is_no_page_of_metrics_is_none() {
    assertThat(Findings.of("<!doctype html>\n<html><body>Hello</body></html>\n")).isEmpty();
    assertThat(Findings.of("")).isEmpty();
    assertThat(Findings.of("http_requests_total{code=\"200\"} NaN\n")).isEmpty();
    assertThat(
            Findings.of("# TYPE go_goroutines gauge\ngo_goroutines 7\n").orElseThrow().families())
        .isEmpty();
  }

  private static Timed timed(String page) {
    return Findings.of(page).orElseThrow().timed();
  }

  private static List<Outcome> outcomes(String page) {
    return Findings.of(page).orElseThrow().outcomes();
  }
}
