package dev.sluice.probes.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.probes.metrics.Pages.Fetched;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Several pages, some of them away for a while. */
class GatewayReaderTest {
  private static final Backend ROOT = new Backend("shop", "orders");
  private static final String A = "http://127.0.0.1:1/metrics";
  private static final String B = "http://127.0.0.2:1/metrics";

  private final Map<String, Fetched> there = new HashMap<>();
  private final List<URI> got = Collections.synchronizedList(new ArrayList<>());
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final GatewayReader reader = reader(A, B);

  @Test
  void pages_are_added_and_one_that_is_away_is_named() {
    serve(A, 100);
    serve(B, 200);
    read();
    read();
    serve(A, 110);
    there.put(B, new Fetched.Missing("answered 503"));
    read();
    assertThat(reader.missing()).containsExactly(Map.entry(B, "answered 503"));
    assertThat(all()).isEqualTo(10);
    serve(B, 230);
    read();
    assertThat(reader.missing()).isEmpty();
    assertThat(all()).isEqualTo(40);
  }

  @Test
  void nothing_is_known_before_the_first_page_and_long_after_the_last() {
    there.put(A, new Fetched.Missing("did not answer"));
    there.put(B, new Fetched.Missing("did not answer"));
    read();
    assertThat(reader.counts()).isEmpty();
    serve(A, 1);
    read();
    assertThat(reader.counts()).isPresent();
    there.put(A, new Fetched.Missing("did not answer"));
    now = now.plus(Duration.ofSeconds(7));
    assertThat(reader.counts()).isPresent();
    now = now.plus(Duration.ofSeconds(1));
    assertThat(reader.counts()).isEmpty();
  }

  @Test
  void a_page_that_cannot_be_read_says_why() {
    there.put(A, new Fetched.Text("traefik_service_requests_total{code=200} 1\n"));
    serve(B, 1);
    read();
    assertThat(reader.missing().get(A)).startsWith("cannot be read");
  }

  @Test
  void envoy_is_asked_for_no_more_than_is_read_unless_the_url_asks_for_something() {
    GatewayReader envoy =
        reader("http://127.0.0.1:1/stats/prometheus", "http://127.0.0.2:1/stats/prometheus?x");
    envoy.read(Map.of(ROOT, "old"));
    assertThat(got.stream().map(URI::getRawQuery)).containsExactlyInAnyOrder(Envoy.QUERY, "x");
    assertThat(got.stream().map(URI::getQuery))
        .anyMatch(query -> query.startsWith("usedonly&filter=^(server\\.uptime|cluster\\."));
  }

  @Test
  void a_host_is_read_at_its_address() {
    GatewayReader byName = reader("http://localhost:1/metrics");
    byName.read(Map.of(ROOT, "old"));
    assertThat(got).contains(URI.create("http://127.0.0.1:1/metrics"));
  }

  private void read() {
    reader.read(Map.of(ROOT, "old"));
    now = now.plusSeconds(2);
  }

  private double all() {
    return reader.counts().orElseThrow().of("old").all();
  }

  private void serve(String page, int count) {
    there.put(
        page,
        new Fetched.Text(
            "traefik_service_requests_total{code=\"200\",service=\"shop-orders-80@kubernetes\"} "
                + count
                + "\n"));
  }

  private GatewayReader reader(String... urls) {
    return new GatewayReader(
        List.of(urls).stream().map(URI::create).toList(),
        page -> {
          got.add(page);
          return there.getOrDefault(page.toString(), new Fetched.Missing("is not there"));
        },
        () -> now);
  }
}
