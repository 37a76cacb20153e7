package dev.sluice.probes.metrics;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a library names the requests that a server has answered: queries as data.
 *
 * @param requests the counter of answered requests, failed ones included
 * @param buckets of how long they took; cumulative, by {@code le}
 * @param status labels one of which has the status: {@code 503}, or its class {@code 5xx}
 * @param paths labels one of which has the path or its pattern
 * @param seconds that one unit of {@code le} is
 */
record Convention(
    String requests, String buckets, List<String> status, List<String> paths, double seconds) {
  private static final List<String> CODES = List.of("code", "status", "status_code");
  private static final List<String> PATHS =
      List.of("path", "route", "handler", "endpoint", "uri", "url");
  private static final String DURATION = "http_request_duration_seconds";

  /**
   * Of several that one page has, the first counts: they are the same requests, counted twice. What
   * is sure to count what a server answers comes before what goes by a common name.
   */
  static final List<Convention> ALL =
      List.of(
          // Micrometer: Spring Boot, Quarkus, Sluice's kit
          new Convention(
              "http_server_requests_seconds_count",
              "http_server_requests_seconds_bucket",
              List.of("status"),
              List.of("uri"),
              1),
          // OpenTelemetry's semantic conventions, stable since 1.23; ASP.NET Core
          new Convention(
              "http_server_request_duration_seconds_count",
              "http_server_request_duration_seconds_bucket",
              List.of("http_response_status_code"),
              List.of("http_route", "url_path"),
              1),
          // and those before it
          new Convention(
              "http_server_duration_milliseconds_count",
              "http_server_duration_milliseconds_bucket",
              List.of("http_status_code"),
              List.of("http_route", "http_target"),
              0.001),
          // client libraries of Go, Python, Node: a counter, and a histogram that often has no
          // status
          new Convention("http_requests_total", DURATION + "_bucket", CODES, PATHS, 1),
          // prometheus-net
          new Convention("http_requests_received_total", DURATION + "_bucket", CODES, PATHS, 1),
          // the histogram alone; without a status label it says nothing of failures
          new Convention(DURATION + "_count", DURATION + "_bucket", CODES, PATHS, 1));

  /** The status of that series; empty where none of its labels has one. */
  Optional<String> statusIn(Map<String, String> labels) {
    return first(status, labels);
  }

  /** The path; empty where the series has none: the platform's requests cannot be told then. */
  String pathIn(Map<String, String> labels) {
    return first(paths, labels).orElse("");
  }

  private static Optional<String> first(List<String> names, Map<String, String> labels) {
    return names.stream()
        .flatMap(name -> Optional.ofNullable(labels.get(name)).stream())
        .findFirst();
  }
}
