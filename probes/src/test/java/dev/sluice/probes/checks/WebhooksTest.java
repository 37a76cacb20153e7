package dev.sluice.probes.checks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.SecretKey;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.probes.secret.SecretSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Yes, no, not yet, and nobody there, over real HTTP. */
class WebhooksTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final SecretKey KEY = new SecretKey("gate", "hmac");
  private static final String SECRET = "s3cret-s3cret-s3cret";

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile SecretSource secrets = _ -> SECRET;
  private final Webhooks webhooks =
      new Webhooks(Reach.ANYWHERE, key -> secrets.read(key), InstantSource.fixed(NOW));
  private HttpServer gate;
  private volatile List<Said> says = List.of(new Said(200, ""));

  private record Asked(Headers headers, String body) {}

  private record Said(int status, String body, Optional<Answers.Header> header) {
    Said(int status, String body) {
      this(status, body, Optional.empty());
    }

    Said(int status, String body, String name, String value) {
      this(status, body, Optional.of(new Answers.Header(name, value)));
    }
  }

  @BeforeEach
  void begin() throws IOException {
    gate = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.createContext(
        "/canary",
        exchange -> {
          try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            asked.add(new Asked(exchange.getRequestHeaders(), body));
            Said said = says.get(Math.min(asked.size(), says.size()) - 1);
            said.header().ifPresent(h -> exchange.getResponseHeaders().add(h.name(), h.value()));
            byte[] answer = said.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(said.status(), answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    gate.start();
  }

  @AfterEach
  void end() {
    gate.stop(0);
  }

  @Test
  void it_is_told_what_it_is_asked_about() throws Exception {
    assertThat(run(20)).isEqualTo(new CheckResult.Passed());
    JsonNode body = new ObjectMapper().readTree(asked.getFirst().body());
    assertThat(body)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"policy": "orders", "namespace": "shop", "release": "orders-3",
                     "version": "abc", "image": "orders:2", "stage": "half",
                     "check": "gate", "at": "BeforeStage"}
                    """));
    assertThat(asked.getFirst().headers().getFirst("Idempotency-Key"))
        .isEqualTo("shop/orders-3/gate");
    assertThat(asked.getFirst().headers().getFirst("webhook-signature")).isNull();
  }

  /**
   * printf shop/orders-3/gate.1767323045.BODY | openssl dgst -sha256 -hmac KEY -binary | base64.
   */
  @Test
  void what_is_sent_is_signed_with_its_time() throws Exception {
    assertThat(run(20, Optional.of(KEY))).isEqualTo(new CheckResult.Passed());
    Headers headers = asked.getFirst().headers();
    assertThat(headers.getFirst("webhook-id")).isEqualTo("shop/orders-3/gate");
    assertThat(headers.getFirst("webhook-timestamp")).isEqualTo("1767323045");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
    byte[] sum =
        mac.doFinal(("shop/orders-3/gate.1767323045." + asked.getFirst().body()).getBytes(UTF_8));
    assertThat(headers.getFirst("webhook-signature"))
        .isEqualTo("v1," + Base64.getEncoder().encodeToString(sum));
  }

  @Test
  void a_no_is_a_no_at_once_with_its_reason_in_one_short_line() throws Exception {
    says = List.of(new Said(409, "{\"message\": \"frozen\\n until \\u001b[31mMonday\"}"));
    assertThat(why(run(20))).isEqualTo("The webhook at 127.0.0.1 says no: frozen until [31mMonday");
    assertThat(asked).hasSize(1);
    says = List.of(new Said(403, "{\"message\": \"" + "x".repeat(5000) + "\"}"));
    assertThat(why(run(20))).hasSizeLessThan(300);
    says = List.of(new Said(404, "<html>"));
    assertThat(why(run(20))).isEqualTo("The webhook at 127.0.0.1 says no (404).");
  }

  @Test
  void who_fails_or_is_busy_is_asked_again() throws Exception {
    says = List.of(new Said(503, ""), new Said(429, "", "Retry-After", "1"), new Said(204, ""));
    assertThat(run(20)).isEqualTo(new CheckResult.Passed());
    assertThat(asked).hasSize(3);
  }

  @Test
  void who_never_says_anything_else_says_no_when_time_is_over() throws Exception {
    says = List.of(new Said(500, "secret stack trace"));
    long began = System.nanoTime();
    assertThat(why(run(4)))
        .startsWith("The webhook at 127.0.0.1 gave no answer that is a yes or a no within 4 s; ")
        .containsAnyOf("it answered 500.", "the last try ended with HttpTimeoutException.")
        .doesNotContain("secret");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
    assertThat(asked).hasSizeLessThan(6);
  }

  @Test
  void nobody_there_is_a_no_when_time_is_over() throws Exception {
    gate.stop(0);
    // The last try may have hardly any time left.
    assertThat(why(run(3)))
        .containsPattern("the last try ended with (Connect|Http(Connect)?Timeout)Exception");
  }

  @Test
  void who_needs_longer_says_when_to_ask_again() throws Exception {
    says = List.of(new Said(202, "", "Retry-After", "1"), new Said(200, ""));
    assertThat(run(20)).isEqualTo(new CheckResult.Passed());
    assertThat(asked).hasSize(2);
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    says = List.of(new Said(307, "", "Location", "/canary"));
    assertThat(why(run(20))).contains("answered 307, and no redirect is followed");
    assertThat(asked).hasSize(1);
  }

  @Test
  void without_its_key_nothing_is_sent() throws Exception {
    secrets =
        _ -> {
          throw new SecretSource.Unreadable("Sluice may not read it", false);
        };
    assertThat(why(run(20, Optional.of(KEY)))).contains("was not asked: Sluice may not read it.");
    secrets =
        _ -> {
          throw new SecretSource.Unreadable("nobody answers", true);
        };
    assertThat(why(run(1, Optional.of(KEY)))).contains("its key could not be read");
    secrets = _ -> "short";
    assertThat(why(run(20, Optional.of(KEY)))).contains("is shorter than 16 bytes");
    assertThat(asked).isEmpty();
  }

  @Test
  void an_operator_asks_nobody_on_its_own_host() throws Exception {
    Webhooks operators =
        new Webhooks(Reach.NOT_THIS_HOST, key -> secrets.read(key), InstantSource.fixed(NOW));
    for (String host : List.of("127.0.0.1", "localhost", "169.254.169.254", "0.0.0.0")) {
      WebhookCheck check =
          new WebhookCheck(
              URI.create("http://%s:%d/canary".formatted(host, gate.getAddress().getPort())),
              Optional.empty(),
              Duration.ofSeconds(2),
              subject());
      assertThat(why(operators.run(check))).contains("which no policy may have asked");
    }
    assertThat(asked).isEmpty();
  }

  private CheckResult run(int seconds) throws InterruptedException {
    return run(seconds, Optional.empty());
  }

  private CheckResult run(int seconds, Optional<SecretKey> hmac) throws InterruptedException {
    URI url = URI.create("http://127.0.0.1:%d/canary?t=1".formatted(gate.getAddress().getPort()));
    return webhooks.run(new WebhookCheck(url, hmac, Duration.ofSeconds(seconds), subject()));
  }

  private static Subject subject() {
    return new Subject(
        "orders",
        "shop",
        "orders-3",
        Optional.of("abc"),
        Optional.of("orders:2"),
        Optional.of("half"),
        "gate",
        "BeforeStage");
  }

  private static String why(CheckResult result) {
    return ((CheckResult.Failed) result).why();
  }
}
