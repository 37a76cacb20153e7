package dev.sluice.probes.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.Manifest;
import dev.sluice.api.MetricSource;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Problems;
import dev.sluice.api.Query;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Spec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Against the real server, which scrapes pods that are pages of this test. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the server and the pods that it scrapes")
class RealPrometheusTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SCRAPE = Duration.ofSeconds(1);
  private static final List<String> PODS =
      List.of("orders-old-1", "orders-old-2", "orders-new-1", "orders.new-1", "ordersxnew-1");

  /** What each pod counts: orders that failed, and that did not. */
  private static final Map<String, long[]> COUNTED = new ConcurrentHashMap<>();

  @TempDir private static Path dir;
  private static HttpServer pages;
  private static Process server;
  private static Prometheus prometheus;

  @BeforeAll
  static void begin() throws Exception {
    PODS.forEach(pod -> COUNTED.put(pod, new long[] {0, 0}));
    pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pages.createContext("/", RealPrometheusTest::page);
    pages.start();
    int port = freePort();
    StringBuilder config = new StringBuilder("global: { scrape_interval: 1s }\n");
    config.append("scrape_configs:\n  - job_name: pods\n    static_configs:\n");
    for (String pod : PODS) {
      config.append(
          "      - targets: ['127.0.0.1:%d']\n        labels: { __metrics_path__: /%s, namespace: shop, pod: %s }\n"
              .formatted(pages.getAddress().getPort(), pod, pod));
    }
    Path file = Files.writeString(dir.resolve("prometheus.yml"), config);
    server =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + file,
                "--storage.tsdb.path=" + dir.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("prometheus.log").toFile())
            .start();
    prometheus = new Prometheus(URI.create("http://127.0.0.1:" + port), new Access.Open());
    for (String pod : PODS) {
      scraped(pod);
    }
  }

  @AfterAll
  static void end() throws InterruptedException {
    if (server != null) {
      server.destroy();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    pages.stop(0);
  }

  @Test
  void what_the_pods_counted_between_two_moments_comes_out_by_pod_and_as_one_sum()
      throws Exception {
    try (Queries byPod = queries("sum by (pod) ");
        Queries whole = queries("sum")) {
      Map<String, Map<String, Sample.Rate>> pods = Map.of();
      Map<String, Map<String, Sample.Rate>> sums = Map.of();
      for (int i = 0; i < 4; i++) {
        served("orders-old-1", 2, 500);
        served("orders-old-2", 1, 400);
        served("orders-new-1", 7, 43);
        served("ordersxnew-1", 1000, 0);
        pods = round(byPod);
        sums = round(whole);
      }
      Map<String, Sample.Rate> grown =
          Map.of("old", new Sample.Rate(3, 903), "new", new Sample.Rate(7, 50));
      assertThat(pods).containsEntry("order-failure", grown);
      assertThat(sums).containsEntry("order-failure", grown);
    }
  }

  @Test
  void a_pod_that_restarts_is_counted_from_zero_and_a_sum_that_fell_not_at_all() throws Exception {
    try (Queries byPod = queries("sum by (pod) ");
        Queries whole = queries("sum")) {
      for (int i = 0; i < 4; i++) {
        served("orders-old-1", 5, 1000);
        served("orders-new-1", 5, 1000);
        round(byPod);
        round(whole);
      }
      COUNTED.put("orders-new-1", new long[] {1, 19});
      scraped("orders-new-1");
      assertThat(round(byPod).get("order-failure")).containsEntry("new", new Sample.Rate(1, 20));
      assertThat(round(whole).get("order-failure")).doesNotContainKey("new");
    }
  }

  @Test
  void every_way_in_which_a_query_is_no_count_is_said() throws Exception {
    assertSays("sum(nothing_total{{{selector}}})", "has no series for bad; if there is none");
    assertSays("orders_total{{{selector}}}", "gave 4 samples for bad; write sum by (pod)");
    assertSays("sum(orders_total{{{selector}}}) / 0 * 0", "gave NaN for bad, which is no count");
    assertSays("sum(orders_total{{{selector}}}) - 1e12", "for bad, which is no count");
    assertSays("orders_total{{{selector}}}[5m]", "gave a range of values");
    assertSays("sum(sum(orders_total{{{selector}}})", "answered 400: invalid parameter \"query\"");
    assertThat(ask("\"text\"")).isEqualTo(new Answer.Unknown("gave a text; ask for a number"));
    assertThat(ask("7")).isEqualTo(new Answer.Samples(List.of(new Answer.Sample(Map.of(), 7))));
    assertThat(
            new Prometheus(URI.create("http://127.0.0.1:" + freePort()), new Access.Open())
                .ask("1", Instant.now()))
        .isInstanceOf(Answer.Unknown.class);
  }

  @Test
  void a_dot_in_a_name_selects_that_pod_alone() throws Exception {
    served("orders.new-1", 0, 1);
    scraped("orders.new-1");
    String matchers = Matchers.of("namespace", "shop", "pod", List.of("orders.new-1"));
    assertThat(ask("count by (pod) (orders_total{" + matchers + "})"))
        .isEqualTo(
            new Answer.Samples(List.of(new Answer.Sample(Map.of("pod", "orders.new-1"), 2))));
    String odd =
        Matchers.of("namespace", "a\\\"b\n", "pod", List.of("x\\\"} or vector(1) #", "$|("));
    assertThat(ask("sum(orders_total{" + odd + "})")).isEqualTo(new Answer.Samples(List.of()));
  }

  @Test
  void the_queries_of_the_examples_are_queries() throws Exception {
    int queries = 0;
    try (Stream<Path> files = Files.list(Path.of("../examples/policies"))) {
      for (Path file : files.toList()) {
        for (PolicySpec.Prometheus metric : metrics(Files.readString(file))) {
          for (Query query : List.of(metric.some(), metric.total())) {
            String asked = query.of(Matchers.of("namespace", "shop", "pod", PODS));
            assertThat(ask(asked)).as(file + ": " + query).isInstanceOf(Answer.Samples.class);
            queries++;
          }
        }
      }
    }
    assertThat(queries).isPositive();
  }

  private static List<PolicySpec.Prometheus> metrics(String text) {
    Manifest manifest =
        switch (Manifest.read(text)) {
          case Parsed.Ok<Manifest> ok -> ok.value();
          case Parsed.Bad<Manifest> bad -> throw new AssertionError(bad.problems());
        };
    return manifest.objects().stream()
        .filter(ReleasePolicy.class::isInstance)
        .map(ReleasePolicy.class::cast)
        .flatMap(
            policy ->
                Resolved.of(policy, manifest, Spec.Route.FULL, new Problems()).metrics().stream())
        .map(MetricSource::queries)
        .flatMap(Optional::stream)
        .toList();
  }

  private static void assertSays(String bad, String why) throws InterruptedException {
    String matchers =
        Matchers.of("namespace", "shop", "pod", List.of("orders-old-1", "orders-old-2"));
    Counted counted =
        Counted.of(
            "bad",
            ask(bad.replace(Query.SELECTOR, matchers)),
            ask("sum(orders_total{" + matchers + "})"),
            "pod",
            Set.of("orders-old-1", "orders-old-2"));
    assertThat(counted)
        .as(bad)
        .isInstanceOfSatisfying(
            Counted.Unknown.class, unknown -> assertThat(unknown.why()).contains(why));
  }

  private static Queries queries(String by) {
    return new Queries(
        Optional.of(prometheus),
        "shop",
        Map.of(
            "order-failure",
            new PolicySpec.Prometheus(
                Query.parse(by + "(orders_total{outcome!=\"ok\",{{selector}}})"),
                Query.parse(by + "(orders_total{{{selector}}})"),
                Optional.of(SCRAPE),
                Optional.empty(),
                Optional.empty())),
        InstantSource.system());
  }

  /** When Prometheus has seen what there is, asks it, and looks again when it has answered. */
  private static Map<String, Map<String, Sample.Rate>> round(Queries queries) throws Exception {
    for (String pod : PODS) {
      scraped(pod);
    }
    List<Queries.Pods> sets =
        List.of(
            new Queries.Pods("old", Map.of("orders-old-1", 0, "orders-old-2", 0)),
            new Queries.Pods("new", Map.of("orders-new-1", 0)));
    TimeUnit.MILLISECONDS.sleep(SCRAPE.toMillis());
    queries.look(sets);
    until(queries::idle);
    return queries.look(sets).counted();
  }

  private static void served(String pod, long failed, long good) {
    COUNTED.computeIfPresent(pod, (_, n) -> new long[] {n[0] + failed, n[1] + good});
  }

  private static void scraped(String pod) throws Exception {
    long[] counted = COUNTED.getOrDefault(pod, new long[2]);
    Answer expected =
        new Answer.Samples(List.of(new Answer.Sample(Map.of(), counted[0] + counted[1])));
    until(() -> sum("orders_total{pod=" + Matchers.quoted(pod) + "}").equals(expected));
  }

  private static Answer sum(String selector) throws InterruptedException {
    return ask("sum(" + selector + ")");
  }

  private static Answer ask(String query) throws InterruptedException {
    return prometheus.ask(query, Instant.now());
  }

  private static void until(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(server.isAlive()).as("Prometheus lives").isTrue();
      assertThat(System.nanoTime()).as("waited for Prometheus").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private static void page(HttpExchange exchange) throws IOException {
    long[] counted = COUNTED.get(exchange.getRequestURI().getPath().substring(1));
    String text =
        counted == null
            ? ""
            : "# TYPE orders_total counter\norders_total{outcome=\"failed\"} %d\norders_total{outcome=\"ok\"} %d\n"
                .formatted(counted[0], counted[1]);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
