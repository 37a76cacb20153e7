package dev.sluice.probes.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Query;
import dev.sluice.engine.evidence.Sample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When Prometheus is asked, and what becomes of what it says. */
class QueriesTest {
  private static final List<Queries.Pods> SETS =
      List.of(
          new Queries.Pods("old", Map.of("orders-old-1", 0, "orders-old-2", 0)),
          new Queries.Pods("new", Map.of("orders-new-1", 0)));
  private static final List<String> NOT_YET =
      List.of("order-failure: Prometheus has not answered yet.");

  private final Map<String, Double> failed = new ConcurrentHashMap<>();
  private final Map<String, Double> all = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean down;
  private volatile boolean hangs;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private HttpServer server;

  @BeforeEach
  void begin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/api/v1/query", this::answer);
    server.start();
  }

  @AfterEach
  void end() {
    over.countDown();
    server.stop(0);
  }

  @Test
  void both_versions_are_asked_about_at_one_moment_and_grow_by_what_they_grew() throws Exception {
    try (Queries queries = queries()) {
      served("old", 1000, 3);
      served("new", 10, 0);
      assertThat(round(queries).counted()).isEmpty();
      served("old", 1900, 4);
      served("new", 110, 2);
      assertThat(round(queries).counted())
          .isEqualTo(
              Map.of(
                  "order-failure",
                  Map.of("old", new Sample.Rate(1, 900), "new", new Sample.Rate(2, 100))));
      assertThat(asked.stream().map(q -> q.replaceAll(".*&time=([^&]*)&.*", "$1")).distinct())
          .hasSize(2);
      assertThat(asked)
          .anyMatch(
              q ->
                  q.startsWith(
                      "query=sum by (pod) (orders_total{outcome!=\"ok\",namespace=\"shop\","
                          + "pod=~\"orders-old-1|orders-old-2\"}) or vector(0)&"));
    }
  }

  @Test
  void what_is_not_good_is_bad_where_the_good_events_are_asked_for() throws Exception {
    PolicySpec.Prometheus bad = metric();
    PolicySpec.Prometheus good =
        new PolicySpec.Prometheus(
            Optional.empty(),
            bad.bad(),
            bad.total(),
            bad.every(),
            Optional.empty(),
            Optional.empty());
    try (Queries queries = queries(good)) {
      served("old", 1000, 900);
      served("new", 10, 9);
      round(queries);
      served("old", 1900, 1790);
      served("new", 110, 20);
      assertThat(round(queries).counted())
          .isEqualTo(
              Map.of(
                  "order-failure",
                  Map.of("old", new Sample.Rate(10, 900), "new", new Sample.Rate(89, 100))));
    }
  }

  @Test
  void it_is_asked_no_more_often_than_it_can_know_something_new() throws Exception {
    try (Queries queries = queries()) {
      round(queries);
      int first = asked.size();
      assertThat(first).isEqualTo(4);
      now = now.minusSeconds(10);
      for (int i = 0; i < 9; i++) {
        now = now.plusSeconds(1);
        assertThat(queries.look(SETS).counted()).isEmpty();
      }
      assertThat(asked).hasSize(first);
      now = now.plusSeconds(1);
      round(queries);
      assertThat(asked).hasSize(2 * first);
    }
  }

  @Test
  void nobody_waits_for_a_server_that_does_not_answer() throws Exception {
    hangs = true;
    try (Queries queries = queries()) {
      long before = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        Queries.Heard heard = queries.look(SETS);
        assertThat(heard.counted()).isEmpty();
        assertThat(heard.silent()).isEmpty();
        assertThat(heard.unknown()).isEqualTo(Map.of("old", NOT_YET, "new", NOT_YET));
        now = now.plusSeconds(10);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
      assertThat(asked.size()).as("questions that are open").isLessThanOrEqualTo(4);
    }
  }

  @Test
  void a_server_that_is_gone_is_said_and_what_it_missed_is_not_made_up() throws Exception {
    try (Queries queries = queries()) {
      served("old", 1000, 0);
      served("new", 1000, 0);
      Queries.Heard first = round(queries);
      assertThat(first.speaks()).isTrue();
      assertThat(first.unknown()).isEmpty();
      down = true;
      Queries.Heard silent = round(queries);
      assertThat(silent.counted()).isEmpty();
      assertThat(silent.speaks()).isFalse();
      assertThat(silent.silent())
          .singleElement()
          .asString()
          .startsWith("order-failure: Prometheus answered 503 (asked for bad); of the pods of ");
      assertThat(silent.unknown()).containsOnlyKeys("old", "new");
      down = false;
      served("old", 5000, 900);
      served("new", 5000, 900);
      assertThat(round(queries).counted()).isEmpty();
      served("old", 5100, 901);
      served("new", 5010, 900);
      Queries.Heard back = round(queries);
      assertThat(back.silent()).isEmpty();
      assertThat(back.unknown()).isEmpty();
      assertThat(back.counted().get("order-failure"))
          .isEqualTo(Map.of("old", new Sample.Rate(1, 100), "new", new Sample.Rate(0, 10)));
    }
  }

  @Test
  void without_a_server_it_is_said_what_is_missing() {
    Queries queries =
        new Queries(Optional.empty(), "shop", Map.of("order-failure", metric()), () -> now);
    assertThat(queries.look(SETS).silent())
        .singleElement()
        .asString()
        .contains("order-failure", "--prometheus");
    assertThat(Queries.none().look(SETS))
        .isEqualTo(new Queries.Heard(Map.of(), List.of(), Map.of(), false));
  }

  @Test
  void too_many_pods_are_not_named() throws Exception {
    Map<String, Integer> many = new HashMap<>();
    for (int i = 0; i <= Queries.PODS; i++) {
      many.put("orders-" + i, 0);
    }
    try (Queries queries = queries()) {
      queries.look(List.of(new Queries.Pods("old", many)));
      assertThat(queries.look(List.of(new Queries.Pods("old", many))).silent())
          .singleElement()
          .asString()
          .contains("more than 1000 pods");
      assertThat(asked).isEmpty();
    }
  }

  private Queries queries() {
    return queries(metric());
  }

  private Queries queries(PolicySpec.Prometheus metric) {
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new Queries(
        Optional.of(new Prometheus(base, new Access.Open())),
        "shop",
        Map.of("order-failure", metric),
        () -> now);
  }

  private static PolicySpec.Prometheus metric() {
    return new PolicySpec.Prometheus(
        Query.parse("sum by (pod) (orders_total{outcome!=\"ok\",{{selector}}}) or vector(0)"),
        Query.parse("sum by (pod) (orders_total{{{selector}}})"),
        Optional.of(Duration.ofSeconds(10)),
        Optional.empty(),
        Optional.empty());
  }

  private void served(String set, double total, double bad) {
    all.put("orders-" + set + "-1", total);
    failed.put("orders-" + set + "-1", bad);
  }

  /** Asks, and looks again when all answers are there. */
  private Queries.Heard round(Queries queries) throws InterruptedException {
    queries.look(SETS);
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!queries.idle()) {
      assertThat(System.nanoTime()).as("waited for answers").isLessThan(end);
      Thread.sleep(5);
    }
    Queries.Heard heard = queries.look(SETS);
    now = now.plusSeconds(10);
    return heard;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String form =
        URLDecoder.decode(
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
            StandardCharsets.UTF_8);
    asked.add(form);
    if (hangs) {
      try {
        over.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    Map<String, Double> counters = form.contains("outcome") ? failed : all;
    StringBuilder result = new StringBuilder();
    counters.forEach(
        (pod, value) -> {
          if (form.contains(pod)) {
            result.append(
                "{\"metric\":{\"pod\":\"%s\"},\"value\":[1,\"%s\"]},".formatted(pod, value));
          }
        });
    String body =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}"
            .formatted(result.isEmpty() ? "" : result.substring(0, result.length() - 1));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(down ? 503 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
