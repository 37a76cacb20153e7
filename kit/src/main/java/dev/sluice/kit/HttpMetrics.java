package dev.sluice.kit;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests as Micrometer names them, each series with the version, so that two can be compared. */
final class HttpMetrics {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Histogram requests;
  private final String version;

  HttpMetrics(String version, AtomicInteger inFlight) {
    this.version = version;
    this.requests =
        Histogram.builder()
            .name("http_server_requests_seconds")
            .help("Time from the first byte of a request to the last of its answer.")
            .labelNames("method", "uri", "status", "version")
            .classicOnly()
            .classicUpperBounds(.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5)
            .register(registry);
    GaugeWithCallback.builder()
        .name("http_requests_in_flight")
        .help("Requests that have come and are not answered.")
        .labelNames("version")
        .callback(gauge -> gauge.call(inFlight.get(), version))
        .register(registry);
    ProcessMetrics.builder().register(registry);
    JvmMemoryMetrics.builder().register(registry);
    JvmGarbageCollectorMetrics.builder().register(registry);
  }

  PrometheusRegistry registry() {
    return registry;
  }

  void observe(String method, String uri, int status, double seconds) {
    requests.labelValues(method, uri, String.valueOf(status), version).observe(seconds);
  }

  String text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toString(StandardCharsets.UTF_8);
  }
}
