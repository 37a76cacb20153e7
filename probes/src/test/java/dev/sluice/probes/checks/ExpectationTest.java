package dev.sluice.probes.checks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.probes.checks.Answers.Header;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent to a pod, and what its answer must be, over real HTTP. */
class ExpectationTest {
  private static final Expectation OK = Expectation.status(200);

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch late = new CountDownLatch(1);
  private final Checks checks = new Checks(Answers.direct());
  private HttpServer pod;
  private volatile List<String> bodies = List.of("{\"stock\": 7}");
  private volatile boolean hangs;

  @BeforeEach
  void begin() throws IOException {
    pod = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pod.createContext(
        "/stock",
        exchange -> {
          try (exchange) {
            String sent = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            String key = exchange.getRequestHeaders().getFirst("X-Key");
            asked.add("%s %s %s".formatted(exchange.getRequestMethod(), key, sent));
            exchange.getResponseHeaders().add("X-Version", "v2");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            byte[] body = bodies.get(Math.min(asked.size(), bodies.size()) - 1).getBytes(UTF_8);
            exchange.sendResponseHeaders(200, head ? -1 : body.length);
            if (hangs) {
              var _ = late.await(20, TimeUnit.SECONDS);
            }
            if (!head) {
              exchange.getResponseBody().write(body);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    pod.setExecutor(Thread::startVirtualThread);
    pod.start();
  }

  @AfterEach
  void end() {
    late.countDown();
    pod.stop(0);
  }

  @Test
  void method_headers_and_body_are_sent_as_they_are_written() throws Exception {
    HttpCheck check =
        new HttpCheck(
            "POST",
            "/stock",
            List.of(new Header("X-Key", "k1")),
            Optional.of("{\"item\": 1}"),
            OK,
            1,
            Duration.ofSeconds(1));
    assertThat(run(check)).isEqualTo(new CheckResult.Passed());
    assertThat(asked).containsExactly("POST k1 {\"item\": 1}");
  }

  @Test
  void a_head_gets_no_body_and_its_headers_are_looked_at() throws Exception {
    assertThat(run(with("HEAD", expect("", "", Optional.of(new Header("x-version", "v2"))), 1)))
        .isEqualTo(new CheckResult.Passed());
    assertThat(
            why(run(with("HEAD", expect("", "", Optional.of(new Header("x-version", "v3"))), 1))))
        .contains("does not carry x-version: v3");
  }

  @Test
  void a_text_and_a_pattern_are_looked_for_in_the_body() throws Exception {
    assertThat(run(with("GET", expect("stock", "\"stock\": *[1-9]", Optional.empty()), 1)))
        .isEqualTo(new CheckResult.Passed());
    assertThat(why(run(with("GET", expect("price", "", Optional.empty()), 1))))
        .contains("its body does not contain \"price\"");
    assertThat(why(run(with("GET", expect("", "\"stock\": *0", Optional.empty()), 1))))
        .contains("its body does not match");
  }

  @Test
  void a_pattern_that_would_take_others_for_ever_is_quick() throws Exception {
    bodies = List.of("a".repeat(60_000) + "!");
    assertThat(why(run(with("GET", expect("", "(a|aa)+$", Optional.empty()), 1))))
        .contains("does not match");
  }

  @Test
  void a_body_without_end_is_no_answer() throws Exception {
    bodies = List.of("x".repeat(Answers.MOST + 1));
    assertThat(why(run(with("GET", expect("x", "", Optional.empty()), 1))))
        .contains("did not answer");
  }

  @Test
  void an_answer_that_comes_too_late_is_none() throws Exception {
    hangs = true;
    Expectation soon =
        new Expectation(
            200,
            Optional.of("stock"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Duration.ofMillis(200)));
    assertThat(why(run(with("GET", soon, 1)))).contains("did not answer");
  }

  @Test
  void so_many_in_a_row_must_be_a_yes() throws Exception {
    bodies = List.of("yes", "no", "yes", "yes", "yes");
    assertThat(run(with("GET", expect("yes", "", Optional.empty()), 3)))
        .isEqualTo(new CheckResult.Passed());
    assertThat(asked).hasSize(5);
  }

  @Test
  void fewer_in_a_row_are_a_no() throws Exception {
    assertThat(why(run(with("GET", OK, 100))))
        .contains("should answer 200 100 times in a row; after 1 s only");
  }

  private static Expectation expect(String contains, String matches, Optional<Header> header) {
    return new Expectation(
        200,
        Optional.of(contains).filter(t -> !t.isEmpty()),
        Optional.of(matches).filter(t -> !t.isEmpty()),
        header,
        Optional.empty());
  }

  private static HttpCheck with(String method, Expectation expect, int times) {
    Duration timeout = Duration.ofMillis(times == 3 ? 10_000 : 1_000);
    return new HttpCheck(method, "/stock", List.of(), Optional.empty(), expect, times, timeout);
  }

  private CheckResult run(HttpCheck check) throws InterruptedException {
    URI page = URI.create("http://127.0.0.1:%d/stock".formatted(pod.getAddress().getPort()));
    return checks.run(check, () -> Optional.of(page));
  }

  private static String why(CheckResult result) {
    return ((CheckResult.Failed) result).why();
  }
}
