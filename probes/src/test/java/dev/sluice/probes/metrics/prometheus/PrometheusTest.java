package dev.sluice.probes.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the other side does, an answer is there or not known within its time. */
class PrometheusTest {
  private static final String ONE =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"7\"]}]}}";

  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicReference<String> method = new AtomicReference<>("");
  private final AtomicReference<String> form = new AtomicReference<>("");
  private final AtomicReference<Boolean> elsewhere = new AtomicReference<>(false);
  private HttpServer server;
  @TempDir private Path dir;

  @BeforeEach
  void begin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/good/api/v1/query",
        e -> {
          method.set(e.getRequestMethod());
          form.set(new String(e.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          answer(e, 200, ONE.getBytes(StandardCharsets.UTF_8));
        });
    server.createContext("/long/api/v1/query", e -> answer(e, 200, new byte[2 << 20]));
    server.createContext("/down/api/v1/query", e -> answer(e, 503, new byte[0]));
    server.createContext(
        "/moved/api/v1/query",
        e -> {
          e.getResponseHeaders().add("Location", "/elsewhere");
          answer(e, 307, new byte[0]);
        });
    server.createContext(
        "/elsewhere",
        e -> {
          elsewhere.set(true);
          answer(e, 200, ONE.getBytes(StandardCharsets.UTF_8));
        });
    server.createContext("/slow/api/v1/query", this::trickle);
    server.start();
  }

  @AfterEach
  void end() {
    over.countDown();
    server.stop(0);
  }

  @Test
  void a_query_is_posted_with_its_moment_and_its_patience() throws Exception {
    Answer answer =
        at("/good/").ask("sum(a{b=\"c&d\"})", Instant.parse("2026-01-01T00:00:00.0506Z"));
    assertThat(answer).isEqualTo(new Answer.Samples(List.of(new Answer.Sample(Map.of(), 7))));
    assertThat(method.get()).isEqualTo("POST");
    assertThat(URLDecoder.decode(form.get(), StandardCharsets.UTF_8))
        .isEqualTo("query=sum(a{b=\"c&d\"})&time=1767225600.050&timeout=5000ms");
  }

  @Test
  void what_is_too_long_too_slow_or_nobody_is_not_known() throws Exception {
    assertUnknown("/long", "gave more than 1 MiB");
    assertUnknown("/down", "answered 503");
    assertUnknown("/slow", "did not answer within 500 ms", "did not answer (HttpTimeout");
    server.stop(0);
    assertUnknown("/good", "did not answer (");
  }

  @Test
  void nobody_is_followed_elsewhere() throws Exception {
    assertUnknown("/moved", "answered 307");
    assertThat(elsewhere.get()).isFalse();
  }

  @Test
  void only_an_address_is_an_address() {
    for (String odd :
        List.of(
            "prometheus:9090",
            "file:///etc/passwd",
            "http://",
            "http://user:secret@prometheus:9090",
            "http://prometheus:9090?a=b",
            "http://prometheus:9090#a")) {
      assertThatThrownBy(
              () -> new Prometheus(URI.create(odd.equals("http://") ? "a" : odd), open()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("secret@");
    }
  }

  @Test
  void a_secret_is_not_sent_in_clear_text() {
    URI plain = URI.create("http://prometheus:9090");
    assertThatThrownBy(() -> new Prometheus(plain, new Access.Bearer(dir.resolve("token"))))
        .hasMessageContaining("in clear text");
    assertThatThrownBy(() -> new Prometheus(plain, new Access.Basic("a", dir.resolve("token"))))
        .hasMessageContaining("in clear text");
  }

  @Test
  void a_secret_is_read_when_it_is_needed_and_is_in_no_sentence() throws Exception {
    Path file = dir.resolve("token");
    Access bearer = new Access.Bearer(file);
    assertThatThrownBy(bearer::header).hasMessageContaining("cannot be read");
    Files.writeString(file, "hidden\n");
    assertThat(bearer.header()).contains("Bearer hidden");
    Files.writeString(file, "rotated");
    assertThat(bearer.header()).contains("Bearer rotated");
    assertThat(new Access.Basic("ann", file).header()).contains("Basic YW5uOnJvdGF0ZWQ=");
    assertThat(bearer.toString()).doesNotContain("rotated");
    for (String odd : List.of("", "two\nlines", "x".repeat(Access.BYTES + 1))) {
      Files.writeString(file, odd);
      assertThatThrownBy(bearer::header)
          .isInstanceOf(IOException.class)
          .hasMessageNotContaining("lines");
    }
  }

  private void assertUnknown(String path, String... anyOf) throws InterruptedException {
    assertThat(at(path).ask("sum(a)", Instant.EPOCH))
        .isInstanceOfSatisfying(
            Answer.Unknown.class,
            unknown -> assertThat(anyOf).anyMatch(why -> unknown.why().startsWith(why)));
  }

  private Prometheus at(String path) {
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    return new Prometheus(base, open(), Duration.ofMillis(path.equals("/slow") ? 500 : 5000));
  }

  private static Access open() {
    return new Access.Open();
  }

  private void trickle(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write('{');
    exchange.getResponseBody().flush();
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
