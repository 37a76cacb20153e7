package dev.sluice.probes.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a library names the requests that a server has answered: queries as data.
 *
 * @param family who names them so, for people
 * @param protocol what the requests were; one server's pages may tell of several
 * @param requests the counter of answered requests, failed ones included
 * @param buckets of how long they took; cumulative, by {@code le}
 * @param status labels one of which has the status: {@code 503}, or its class {@code 5xx}; of gRPC
 *     its name or number
 * @param paths labels one of which has the path or its pattern; of gRPC the service
 * @param seconds that one unit of {@code le} is
 * @param where what labels must be like for a series to be of requests that the server answered,
 *     and not of those that it made itself; one that is not there is empty
 */
record Convention(
    String family,
    Protocol protocol,
    String requests,
    String buckets,
    List<String> status,
    List<String> paths,
    double seconds,
    Map<String, Pattern> where) {
  /** What a status means. */
  enum Protocol {
    HTTP,
    GRPC
  }

  /**
   * Those that are the server's fault, as OpenTelemetry's conventions for gRPC spans have it: a
   * call that was cancelled, or asked for what is not there, is not.
   */
  private static final Set<String> FAILED =
      Set.of(
          "UNKNOWN",
          "DEADLINE_EXCEEDED",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          // as Go spells them
          "DEADLINEEXCEEDED",
          "DATALOSS",
          // as numbers, in the same order
          "2",
          "4",
          "12",
          "13",
          "14",
          "15");

  private static final List<String> CODES = List.of("code", "status", "status_code");
  private static final List<String> PATHS =
      List.of("path", "route", "handler", "endpoint", "uri", "url");
  private static final Pattern DESTINATION = Pattern.compile("destination");
  private static final String DURATION = "http_request_duration_seconds";

  /**
   * Of several of one protocol that a page has, the first counts: they are the same requests,
   * counted twice. What is sure to count what a server answers comes before what goes by a common
   * name.
   */
  static final List<Convention> ALL =
      List.of(
          // Micrometer: Spring Boot, Quarkus, Sluice's kit
          new Convention(
              "Micrometer",
              Protocol.HTTP,
              "http_server_requests_seconds_count",
              "http_server_requests_seconds_bucket",
              List.of("status"),
              List.of("uri"),
              1),
          // OpenTelemetry's semantic conventions, stable since 1.23; ASP.NET Core
          new Convention(
              "OpenTelemetry's conventions",
              Protocol.HTTP,
              "http_server_request_duration_seconds_count",
              "http_server_request_duration_seconds_bucket",
              List.of("http_response_status_code"),
              List.of("http_route", "url_path"),
              1),
          // and those before it
          new Convention(
              "OpenTelemetry's conventions before 1.23",
              Protocol.HTTP,
              "http_server_duration_milliseconds_count",
              "http_server_duration_milliseconds_bucket",
              List.of("http_status_code"),
              List.of("http_route", "http_target"),
              0.001),
          // client libraries of Go, Python, Node: a counter, and a histogram that often has no
          // status
          new Convention(
              "a client library of Prometheus",
              Protocol.HTTP,
              "http_requests_total",
              DURATION + "_bucket",
              CODES,
              PATHS,
              1),
          // prometheus-net
          new Convention(
              "prometheus-net",
              Protocol.HTTP,
              "http_requests_received_total",
              DURATION + "_bucket",
              CODES,
              PATHS,
              1),
          // the histogram alone; without a status label it says nothing of failures
          new Convention(
              "a client library of Prometheus",
              Protocol.HTTP,
              DURATION + "_count",
              DURATION + "_bucket",
              CODES,
              PATHS,
              1),
          // gRPC's own instrumentation, in all its languages
          new Convention(
              "gRPC's own metrics",
              Protocol.GRPC,
              "grpc_server_call_duration_seconds_count",
              "grpc_server_call_duration_seconds_bucket",
              List.of("grpc_status"),
              List.of("grpc_method"),
              1),
          // go-grpc-middleware and its like; the histogram has no status
          new Convention(
              "go-grpc-middleware",
              Protocol.GRPC,
              "grpc_server_handled_total",
              "grpc_server_handling_seconds_bucket",
              List.of("grpc_code"),
              List.of("grpc_service"),
              1),
          // Micrometer
          new Convention(
              "Micrometer",
              Protocol.GRPC,
              "grpc_server_processing_duration_seconds_count",
              "grpc_server_processing_duration_seconds_bucket",
              List.of("statusCode"),
              List.of("service"),
              1),
          // OpenTelemetry's semantic conventions, stable since 1.45
          new Convention(
              "OpenTelemetry's conventions",
              Protocol.GRPC,
              "rpc_server_call_duration_seconds_count",
              "rpc_server_call_duration_seconds_bucket",
              List.of("rpc_response_status_code"),
              List.of("rpc_method"),
              1),
          // and those before it
          new Convention(
              "OpenTelemetry's conventions before 1.45",
              Protocol.GRPC,
              "rpc_server_duration_milliseconds_count",
              "rpc_server_duration_milliseconds_bucket",
              List.of("rpc_grpc_status_code"),
              List.of("rpc_service"),
              0.001),
          // What stands in front of a service, or is one itself. They come last: a page that tells
          // of the service's own requests, too, is believed for those.
          // Istio's sidecar, which counts the requests that the service makes as well
          new Convention(
              "Istio",
              Protocol.HTTP,
              "istio_requests_total",
              "istio_request_duration_milliseconds_bucket",
              List.of("response_code"),
              List.of(),
              0.001,
              Map.of("reporter", DESTINATION, "request_protocol", Pattern.compile("(?!grpc$).*"))),
          new Convention(
              "Istio",
              Protocol.GRPC,
              "istio_requests_total",
              "istio_request_duration_milliseconds_bucket",
              List.of("grpc_response_status"),
              List.of(),
              0.001,
              Map.of("reporter", DESTINATION, "request_protocol", Pattern.compile("grpc"))),
          // Envoy, but for its own pages and, in a sidecar, for what the service asks of others
          new Convention(
              "Envoy",
              Protocol.HTTP,
              "envoy_http_downstream_rq_xx",
              "envoy_http_downstream_rq_time_bucket",
              List.of("envoy_response_code_class"),
              List.of(),
              0.001,
              Map.of(
                  "envoy_http_conn_manager_prefix",
                  Pattern.compile("(?!admin$|stats$|agent$|outbound).*"))),
          new Convention(
              "Traefik",
              Protocol.HTTP,
              "traefik_entrypoint_requests_total",
              "traefik_entrypoint_request_duration_seconds_bucket",
              CODES,
              List.of(),
              1,
              Map.of("entrypoint", Pattern.compile("(?!metrics$|traefik$|ping$).*"))),
          new Convention(
              "ingress-nginx",
              Protocol.HTTP,
              "nginx_ingress_controller_requests",
              "nginx_ingress_controller_request_duration_seconds_bucket",
              List.of("status"),
              List.of("path"),
              1));

  private static final List<String> ANY_PATH =
      ALL.stream()
          .filter(convention -> convention.protocol() == Protocol.HTTP)
          .flatMap(convention -> convention.paths().stream())
          .distinct()
          .toList();

  /** Of a library that counts nothing else by that name. */
  Convention(
      String family,
      Protocol protocol,
      String requests,
      String buckets,
      List<String> status,
      List<String> paths,
      double seconds) {
    this(family, protocol, requests, buckets, status, paths, seconds, Map.of());
  }

  /** That which counts requests, or times them, by that name of a series. */
  static Optional<Convention> counting(String series) {
    return ALL.stream()
        .filter(one -> one.requests().equals(series) || one.buckets().equals(series))
        .findFirst();
  }

  /** The path of a request by HTTP that is counted by a name that no convention knows. */
  static String path(Map<String, String> labels) {
    return first(ANY_PATH, labels).orElse("");
  }

  /** Whether that series is of requests that the server answered. */
  boolean answered(Map<String, String> labels) {
    return where.entrySet().stream()
        .allMatch(w -> w.getValue().matcher(labels.getOrDefault(w.getKey(), "")).matches());
  }

  /** Whether that status is a failure of the server's. */
  boolean failed(String code) {
    return switch (protocol) {
      case HTTP -> code.startsWith("5");
      case GRPC -> FAILED.contains(code.toUpperCase(Locale.ROOT));
    };
  }

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
