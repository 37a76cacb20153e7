package dev.sluice.probes.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.evidence.RawCounters.Reading;
import dev.sluice.probes.metrics.Pages.Fetched;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against Prometheus' own client library, as it serves a pod's metrics by HTTP. */
class NativeHistogramTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final HttpPages pages = new HttpPages(Duration.ofSeconds(5), HttpPages.MIB);
  private final Scraper scraper = new Scraper(Sought.nothing(), new Noted());
  private final List<String> asked = new ArrayList<>();
  private HTTPServer server;
  private URI page;

  @BeforeEach
  void begin() throws IOException {
    server = HTTPServer.builder().hostname("127.0.0.1").registry(registry).buildAndStart();
    page = URI.create("http://127.0.0.1:" + server.getPort() + "/metrics");
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void text_that_hides_the_buckets_is_asked_for_as_protobuf_from_then_on() {
    Histogram seconds = natively("http_server_requests_seconds").register(registry);
    seconds.labelValues("200", "/orders").observe(0.02);

    Scraper.Read first = read();
    assertThat(first.readings()).containsOnlyKeys("errors");

    Scraper.Read second = read();
    assertThat(second.readings()).containsEntry("errors", Reading.rate(0, 1));
    assertThat(within(second, 0.016)).isZero();
    assertThat(within(second, 0.03)).isEqualTo(1);
    assertThat(read()).isEqualTo(second);
    assertThat(asked).containsExactly("text", "families", "families");
  }

  @Test
  void bounds_are_the_same_whatever_was_measured_and_counts_at_them_are_exact() {
    Histogram seconds = natively("http_server_requests_seconds").register(registry);
    seconds.labelValues("200", "/orders").observe(0.1);
    read();
    Reading few = latency(read());

    for (int i = 0; i < 10_000; i++) {
      seconds.labelValues("200", "/orders").observe(0.0001 * (i + 0.5));
    }
    seconds.labelValues("503", "/pay").observe(120);
    seconds.labelValues("200", "/readyz").observe(1);
    Scraper.Read read = read();
    Reading many = latency(read);

    assertThat(many.bounds()).isEqualTo(few.bounds()).hasSize(65);
    assertThat(many.values().getLast()).isEqualTo(10_002);
    for (double bound : many.bounds()) {
      double uniform = Math.min(10_000, Math.floor(bound * 10_000 + 0.5)) + (bound >= 0.1 ? 1 : 0);
      assertThat(within(read, bound)).as("within %s s", bound).isEqualTo(uniform);
    }
  }

  @Test
  void a_histogram_that_became_coarser_keeps_its_bounds_as_long_as_it_can() {
    Histogram seconds =
        natively("http_server_requests_seconds").nativeMaxNumberOfBuckets(80).register(registry);
    seconds.labelValues("200", "/orders").observe(0.1);
    read();
    Reading fine = latency(read());
    for (double value = 0.001; value < 60; value *= 1.05) {
      seconds.labelValues("200", "/orders").observe(value);
    }
    Reading coarser = latency(read());
    assertThat(coarser.bounds()).isEqualTo(fine.bounds());
    assertThat(coarser.values().getLast()).isEqualTo(1 + 226);
  }

  @Test
  void one_that_is_coarser_than_all_that_tells_of_fewer_bounds() {
    Histogram seconds =
        natively("http_server_requests_seconds").nativeMaxNumberOfBuckets(10).register(registry);
    for (double value = 0.001; value < 60; value *= 1.05) {
      seconds.labelValues("200", "/orders").observe(value);
    }
    read();
    Scraper.Read read = read();
    assertThat(latency(read).bounds()).hasSizeBetween(3, 17).contains(1.0);
    assertThat(within(read, 1)).isEqualTo(142);
  }

  @Test
  void milliseconds_are_told_by_the_same_bounds() {
    Histogram millis =
        Histogram.builder()
            .name("http_server_duration_milliseconds")
            .labelNames("http_status_code")
            .nativeOnly()
            .register(registry);
    millis.labelValues("200").observe(250);
    read();
    Scraper.Read read = read();
    assertThat(latency(read).bounds()).hasSize(65);
    assertThat(within(read, 0.24)).isZero();
    assertThat(within(read, 0.26)).isEqualTo(1);
  }

  @Test
  void everything_else_on_the_page_is_read_as_in_the_text() throws Exception {
    Counter.builder()
        .name("http_requests_total")
        .labelNames("code")
        .register(registry)
        .labelValues("500")
        .inc(3);
    Histogram.builder()
        .name("http_request_duration_seconds")
        .classicUpperBounds(0.1, 1)
        .register(registry)
        .observe(0.5);
    Summary.builder().name("rpc_server_duration_milliseconds").register(registry).observe(7);
    Fetched.Text text = (Fetched.Text) pages.get(page);
    Fetched.Protobuf protobuf = (Fetched.Protobuf) pages.families(page);
    Map<String, Reading> readings = Page.read(text.text(), Sought.nothing());
    assertThat(readings)
        .containsEntry("errors", Reading.rate(3, 3))
        .extractingByKey("latency")
        .isEqualTo(new Reading(List.of(0.1, 1.0), List.of(0.0, 1.0, 1.0)));
    assertThat(Page.of(protobuf.delimited(), Sought.nothing()).readings()).isEqualTo(readings);
  }

  @Test
  void who_looks_at_the_page_for_the_first_time_finds_its_buckets_too() throws Exception {
    natively("http_server_requests_seconds")
        .register(registry)
        .labelValues("200", "/orders")
        .observe(0.02);
    Findings text = Findings.of(((Fetched.Text) pages.get(page)).text()).orElseThrow();
    assertThat(text.timed()).isEqualTo(Findings.Timed.NATIVE);
    Findings all = text.natively(((Fetched.Protobuf) pages.families(page)).delimited());
    assertThat(all.timed()).isEqualTo(Findings.Timed.BUCKETS);
    assertThat(all.readings()).containsKeys("errors", "latency");
  }

  @Test
  void a_page_whose_text_shows_buckets_is_never_asked_for_otherwise() {
    Histogram both =
        Histogram.builder()
            .name("http_server_requests_seconds")
            .labelNames("status", "uri")
            .register(registry);
    both.labelValues("200", "/orders").observe(0.02);
    read();
    read();
    assertThat(asked).containsExactly("text", "text");
  }

  @Test
  void who_says_that_it_has_protobuf_and_sends_something_else_is_soon_read_as_text_again() {
    AtomicInteger families = new AtomicInteger();
    Scraper disappointed =
        new Scraper(
            Sought.nothing(),
            new Pages() {
              @Override
              public Fetched get(URI page) {
                return new Fetched.Text(
                    """
                    http_server_requests_seconds_bucket{status="200",uri="/",le="+Inf"} 4
                    http_server_requests_seconds_count{status="200",uri="/"} 4
                    """);
              }

              @Override
              public Fetched families(URI page) {
                families.incrementAndGet();
                return HttpPages.page(
                    "application/vnd.google.protobuf", "nonsense".getBytes(StandardCharsets.UTF_8));
              }
            });
    for (int i = 0; i < 10; i++) {
      disappointed.read(Map.of("a", page));
    }
    assertThat(families).hasValue(3);
    assertThat(of(disappointed).readings()).containsEntry("errors", Reading.rate(0, 4));
  }

  private static Histogram.Builder natively(String name) {
    return Histogram.builder().name(name).labelNames("status", "uri").nativeOnly();
  }

  private Scraper.Read read() {
    return of(scraper);
  }

  private Scraper.Read of(Scraper one) {
    return Objects.requireNonNull(one.read(Map.of("a", page)).get("a"));
  }

  private static Reading latency(Scraper.Read read) {
    assertThat(read.missing()).isEmpty();
    return Objects.requireNonNull(read.readings().get("latency"));
  }

  /** At most so long, by the largest bound that is not above it. */
  private static double within(Scraper.Read read, double seconds) {
    Reading latency = latency(read);
    double within = Double.NaN;
    for (int i = 0; i < latency.bounds().size(); i++) {
      within = latency.bounds().get(i) <= seconds ? latency.values().get(i) : within;
    }
    return within;
  }

  /** The pages, and how they were asked for. */
  private final class Noted implements Pages {
    @Override
    public Fetched get(URI page) throws InterruptedException {
      asked.add("text");
      return pages.get(page);
    }

    @Override
    public Fetched families(URI page) throws InterruptedException {
      asked.add("families");
      return pages.families(page);
    }
  }
}
