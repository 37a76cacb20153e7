package dev.sluice.probes.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.probes.metrics.Pages.Fetched;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a pod does, its page is there or missing within a second. */
class HttpPagesTest {
  private final CountDownLatch over = new CountDownLatch(1);
  private final HttpPages pages = new HttpPages(Duration.ofSeconds(10), 1000);
  private HttpServer server;

  @BeforeEach
  void begin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/plain", e -> answer(e, "a 1\n".getBytes(StandardCharsets.UTF_8)));
    server.createContext("/gzip", e -> zipped(e, "a 1\n"));
    server.createContext("/long", e -> answer(e, new byte[1001]));
    server.createContext("/bomb", e -> zipped(e, "a".repeat(1001)));
    server.createContext(
        "/broken",
        e -> {
          e.getResponseHeaders().add("Content-Encoding", "gzip");
          answer(e, new byte[10]);
        });
    server.createContext(
        "/gone",
        e -> {
          e.sendResponseHeaders(404, -1);
          e.close();
        });
    server.createContext("/trickle", this::trickle);
    server.start();
  }

  @AfterEach
  void end() {
    over.countDown();
    server.stop(0);
  }

  @Test
  void a_page_is_read_plain_or_compressed() throws Exception {
    assertThat(get("/plain")).isEqualTo(new Fetched.Text("a 1\n"));
    assertThat(get("/gzip")).isEqualTo(new Fetched.Text("a 1\n"));
  }

  @Test
  void one_that_is_too_long_is_missing_before_or_after_it_was_unpacked() throws Exception {
    assertThat(get("/long"))
        .isInstanceOfSatisfying(
            Fetched.Missing.class, m -> assertThat(m.why()).startsWith("has more than"));
    assertThat(get("/bomb"))
        .isInstanceOfSatisfying(
            Fetched.Missing.class, m -> assertThat(m.why()).startsWith("has more than"));
  }

  @Test
  void what_is_no_page_is_missing_with_the_reason() throws Exception {
    assertThat(get("/gone")).isEqualTo(new Fetched.Missing("answered 404"));
    assertThat(get("/broken"))
        .isInstanceOfSatisfying(
            Fetched.Missing.class, m -> assertThat(m.why()).startsWith("cannot be read"));
    server.stop(0);
    assertThat(get("/plain"))
        .isInstanceOfSatisfying(
            Fetched.Missing.class, m -> assertThat(m.why()).startsWith("did not answer"));
  }

  @Test
  void headers_alone_do_not_stretch_the_deadline() throws Exception {
    long start = System.nanoTime();
    assertThat(new HttpPages(Duration.ofMillis(500), 1000).get(at("/trickle")))
        .isIn(
            new Fetched.Missing("did not answer within 500 ms"),
            new Fetched.Missing("did not answer (HttpTimeoutException)"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  private Fetched get(String path) throws InterruptedException {
    return pages.get(at(path));
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void zipped(HttpExchange exchange, String body) throws IOException {
    assertThat(exchange.getRequestHeaders().getFirst("Accept-Encoding")).isEqualTo("gzip");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body.getBytes(StandardCharsets.UTF_8));
    }
    exchange.getResponseHeaders().add("Content-Encoding", "gzip");
    answer(exchange, out.toByteArray());
  }

  private void trickle(HttpExchange exchange) throws IOException {
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      exchange.sendResponseHeaders(200, 100);
      out.write('a');
      out.flush();
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
