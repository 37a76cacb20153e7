package dev.sluice.kubernetes.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Query;
import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.EntryPoint;
import dev.sluice.engine.world.RouteState;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.Workload;
import dev.sluice.engine.world.World;
import dev.sluice.probes.checks.Answers;
import dev.sluice.probes.gateway.GatewayReader;
import dev.sluice.probes.metrics.Pages;
import dev.sluice.probes.metrics.Pages.Fetched;
import dev.sluice.probes.metrics.Sought;
import dev.sluice.probes.metrics.prometheus.Access;
import dev.sluice.probes.metrics.prometheus.Prometheus;
import dev.sluice.probes.metrics.prometheus.Queries;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Pods, a gateway and time, all written by hand. */
class PodEvidenceTest {
  private static final URI GATEWAY = URI.create("http://127.0.0.1:1/metrics");
  private static final OptionalDouble ACCURATE = OptionalDouble.of(.003);

  private final List<ObservedPod> pods = new ArrayList<>();
  private final Map<String, Fetched> there = new ConcurrentHashMap<>();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private Queries queries = Queries.none();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private int stable;
  private int candidate;

  private final Pages pages =
      page -> {
        asked.add(page.toString());
        return there.getOrDefault(page.toString(), new Fetched.Missing("answered 404"));
      };

  @Test
  void a_pod_that_does_not_answer_is_listed_without_metrics_and_with_its_reason() throws Exception {
    pod("old-1", "old", 1);
    pod("new-1", "new", 2);
    answered(1, 90, 10);
    EvidenceSource.Reading reading = evidence(20).read(world("old"));
    assertThat(reading.pods())
        .extracting(EvidenceSource.Pod::name, EvidenceSource.Pod::hash, EvidenceSource.Pod::metrics)
        .containsExactlyInAnyOrder(
            tuple("old-1", "old", Map.of("errors", RawCounters.Reading.rate(10, 100))),
            tuple("new-1", "new", Map.of()));
    assertThat(reading.edge()).isEmpty();
  }

  @Test
  void a_version_of_which_no_pod_can_be_read_is_said_so_with_its_reason() throws Exception {
    pod("old-1", "old", 1);
    pod("new-1", "new", 2);
    pod("new-2", "new", 3);
    answered(1, 90, 10);
    EvidenceSource.Reading reading = evidence(20).read(world("old"));
    assertThat(reading.silent())
        .singleElement()
        .asString()
        .contains("new", "of none of 2 pods", "for example new-1: /metrics answered 404");
    answered(3, 5, 0);
    assertThat(evidence(20).read(world("old")).silent()).as("one of them is read").isEmpty();
  }

  @Test
  void of_many_pods_the_same_few_are_read_each_time_and_completions_are_not_compared()
      throws Exception {
    for (int i = 0; i < 50; i++) {
      pod("old-" + i, "old", i);
      answered(i, 1, 0);
    }
    PodEvidence evidence = evidence(20);
    evidence.read(world("old"));
    Set<String> first = Set.copyOf(asked);
    assertThat(first).hasSize(20);
    assertThat(evidence.weightAccuracy()).isEmpty();
    asked.clear();
    pods.removeIf(pod -> pod.name().equals("old-77"));
    pod("new-1", "new", 100);
    evidence.read(world("old"));
    assertThat(asked).containsAll(first);
    assertThat(asked).hasSize(21);
  }

  @Test
  void without_a_gateway_completions_may_be_compared_with_weights() throws Exception {
    pod("old-1", "old", 1);
    answered(1, 1, 0);
    PodEvidence evidence = evidence(20);
    evidence.read(world("old"));
    assertThat(evidence.weightAccuracy()).isEqualTo(ACCURATE);
  }

  @Test
  void if_nothing_at_all_answers_that_is_no_reading() {
    pod("old-1", "old", 1);
    assertThatThrownBy(() -> evidence(20).read(world("old")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("old-1: /metrics answered 404");
  }

  @Test
  void pods_that_say_nothing_do_not_make_prometheus_silent_nor_it_them() throws Exception {
    pod("old-1", "old", 1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    AtomicBoolean up = new AtomicBoolean(true);
    AtomicInteger counted = new AtomicInteger();
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              ("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                      + "{\"metric\":{\"pod\":\"old-1\"},\"value\":[1,\""
                      + counted.get()
                      + "\"]}]}}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(up.get() ? 200 : 503, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    Query query = Query.parse("sum by (pod) (orders_total{{{selector}}})");
    queries =
        new Queries(
            Optional.of(
                new Prometheus(
                    URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                    new Access.Open())),
            "shop",
            Map.of(
                "orders",
                new PolicySpec.Prometheus(
                    query, query, Optional.empty(), Optional.empty(), Optional.empty())),
            () -> now);
    try {
      PodEvidence evidence = evidence(20);
      assertThatThrownBy(() -> evidence.read(world("old")))
          .as("nobody has answered yet")
          .isInstanceOf(IOException.class);
      EvidenceSource.Reading spoken = heard(evidence);
      assertThat(spoken.pods())
          .singleElement()
          .satisfies(pod -> assertThat(pod.metrics()).isEmpty());
      assertThat(spoken.silent()).singleElement().asString().contains("old-1: /metrics answered");

      counted.set(7);
      now = now.plus(Queries.EVERY);
      evidence.read(world("old"));
      assertThat(until(evidence, r -> !r.queried().isEmpty()).queried())
          .isEqualTo(Map.of("orders", Map.of("old", new Sample.Rate(7, 7))));

      up.set(false);
      answered(1, 90, 10);
      now = now.plus(Queries.EVERY);
      EvidenceSource.Reading pods = until(evidence, r -> !r.silent().isEmpty());
      assertThat(pods.pods())
          .extracting(EvidenceSource.Pod::metrics)
          .containsExactly(Map.of("errors", RawCounters.Reading.rate(10, 100)));
      assertThat(pods.silent())
          .singleElement()
          .asString()
          .startsWith("orders: Prometheus answered");
    } finally {
      server.stop(0);
      queries.close();
    }
  }

  private EvidenceSource.Reading heard(PodEvidence evidence) throws Exception {
    return until(evidence, _ -> true);
  }

  /** Reads until there is a reading of that kind, at most some seconds. */
  private static EvidenceSource.Reading until(
      PodEvidence evidence, Predicate<EvidenceSource.Reading> wanted) throws Exception {
    IOException last = new IOException("never read");
    for (int i = 0; i < 200; i++) {
      try {
        EvidenceSource.Reading reading = evidence.read(world("old"));
        if (wanted.test(reading)) {
          return reading;
        }
      } catch (IOException e) {
        last = e;
      }
      Thread.sleep(25);
    }
    throw new AssertionError("not in time", last);
  }

  @Test
  void the_gateway_tells_what_each_set_was_sent_and_its_share() throws Exception {
    pod("old-1", "old", 1);
    answered(1, 1, 0);
    PodEvidence evidence = evidence(20, GATEWAY);
    for (int i = 0; i < 6; i++) {
      step(evidence, 90, 10);
    }
    EvidenceSource.Reading last = step(evidence, 90, 10);
    // Two readings before the pins are known to stand, and five since.
    assertThat(last.edge().get("old")).isEqualTo(RawCounters.Reading.rate(0, 450));
    assertThat(last.edge().get("new")).isEqualTo(RawCounters.Reading.rate(0, 50));
    assertThat(evidence.weightAccuracy()).isEmpty();
    Served served = evidence.served().orElseThrow();
    assertThat(served.confirms(Share.percent(10))).isTrue();
    assertThat(served.confirms(Share.percent(30))).isFalse();
    Traffic traffic = evidence.traffic();
    assertThat(traffic.total()).hasValue(50);
    assertThat(traffic.candidate()).hasValue(5);
    now = now.plusSeconds(60);
    assertThat(evidence.traffic()).isEqualTo(Traffic.unknown());
  }

  @Test
  void after_a_change_the_share_is_not_known_until_two_looks_at_what_came_after_it()
      throws Exception {
    PodEvidence evidence = evidence(20, GATEWAY);
    for (int i = 0; i < 6; i++) {
      step(evidence, 900, 100);
    }
    evidence.routingChanged();
    assertThat(evidence.served()).isEmpty();
    step(evidence, 500, 500);
    assertThat(evidence.served()).as("too close to the change").isEmpty();
    step(evidence, 500, 500);
    assertThat(evidence.served()).as("a base to count from").isEmpty();
    step(evidence, 500, 500);
    assertThat(evidence.served().orElseThrow().confirms(Share.percent(50))).isTrue();
    assertThat(evidence.served().orElseThrow().confirms(Share.percent(10))).isFalse();
  }

  @Test
  void where_matches_send_requests_too_the_share_is_at_most_what_was_counted() throws Exception {
    PodEvidence evidence = evidence(20, GATEWAY);
    Split split =
        new Split(
            "orders-1",
            Share.percent(5),
            List.of(new Match.Header("x-canary", "always")),
            Optional.empty(),
            Share.NONE);
    for (int i = 0; i < 6; i++) {
      serve(900, 100);
      evidence.read(world("old", Optional.of(split)));
      now = now.plusSeconds(2);
    }
    Served served = evidence.served().orElseThrow();
    assertThat(served.low()).isZero();
    assertThat(served.confirms(Share.percent(5))).isTrue();
    assertThat(served.confirms(Share.percent(50))).isFalse();
  }

  @Test
  void without_a_gateway_the_pods_own_counts_tell_less_exactly() throws Exception {
    pod("old-1", "old", 1);
    pod("new-1", "new", 2);
    PodEvidence evidence = evidence(20);
    for (int i = 1; i < 8; i++) {
      answered(1, 900 * i, 0);
      answered(2, 100 * i, 0);
      evidence.read(world("old"));
      now = now.plusSeconds(2);
    }
    Served served = evidence.served().orElseThrow();
    assertThat(served.confirms(Share.percent(10))).isTrue();
    assertThat(served.confirms(Share.percent(12))).isTrue();
    assertThat(served.confirms(Share.percent(20))).isFalse();
    assertThat(evidence.traffic().total()).hasValue(500);
  }

  @Test
  void a_gateway_that_cannot_be_read_leaves_the_pods() throws Exception {
    pod("old-1", "old", 1);
    answered(1, 1, 0);
    PodEvidence evidence = evidence(20, GATEWAY);
    assertThat(evidence.read(world("old")).edge()).isEmpty();
    assertThat(evidence.missing()).containsEntry(GATEWAY.toString(), "answered 404");
    assertThat(evidence.weightAccuracy()).isEqualTo(ACCURATE);
  }

  @Test
  void a_set_with_a_service_is_in_the_edge_before_its_first_request() throws Exception {
    serve(0, 0);
    assertThat(evidence(20, GATEWAY).read(world("old")).edge())
        .containsOnlyKeys("old", "new")
        .containsEntry("new", RawCounters.Reading.rate(0, 0));
  }

  @Test
  void where_the_gateway_alone_is_asked_no_page_of_a_pod_is_read_and_none_is_missed()
      throws Exception {
    pod("old-1", "old", 1);
    pod("new-1", "new", 2);
    serve(0, 0);
    PodEvidence evidence = alone();
    evidence.read(world("old"));
    now = now.plusSeconds(2);
    serve(90, 10);
    EvidenceSource.Reading reading = evidence.read(world("old"));
    assertThat(reading.silent()).isEmpty();
    assertThat(reading.pods()).hasSize(2).allSatisfy(pod -> assertThat(pod.metrics()).isEmpty());
    assertThat(reading.edge()).containsOnlyKeys("old", "new");
    assertThat(evidence.missing()).isEmpty();

    there.clear();
    now = now.plusSeconds(60);
    assertThatThrownBy(() -> evidence.read(world("old")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("of the gateway, which alone is asked");
  }

  private PodEvidence alone() {
    return new PodEvidence(
        () -> List.copyOf(pods),
        new PodPages.Direct(pages, Answers.direct()),
        new GatewayReader(List.of(GATEWAY), pages, () -> now),
        queries,
        world -> Pins.of(world, "orders-candidate"),
        new PodEvidence.Settings(
            "shop",
            Optional.empty(),
            Sought.nothing(),
            20,
            ACCURATE,
            PodEvidence.Settings.SETTLE,
            false),
        () -> now);
  }

  private EvidenceSource.Reading step(PodEvidence evidence, int old, int fresh) throws IOException {
    serve(old, fresh);
    EvidenceSource.Reading reading = evidence.read(world("old"));
    now = now.plusSeconds(2);
    return reading;
  }

  /** So many more requests of each Service. */
  private void serve(int root, int ofCandidate) {
    stable += root;
    candidate += ofCandidate;
    there.put(
        GATEWAY.toString(),
        new Fetched.Text(
            """
            traefik_service_requests_total{code="200",service="shop-orders-80@kubernetes"} %d
            traefik_service_requests_total{code="200",service="shop-orders-candidate-80@kubernetes"} %d
            """
                .formatted(stable, candidate)));
  }

  private void pod(String name, String hash, int address) {
    pods.add(
        new ObservedPod(
            "shop",
            name,
            hash,
            Optional.of("10.0.0." + address),
            true,
            now.minusSeconds(90),
            Map.of(),
            List.of(8080),
            0));
  }

  private void answered(int address, int good, int bad) {
    there.put(
        "http://10.0.0." + address + ":8080/metrics",
        new Fetched.Text(
            "http_requests_total{code=\"200\"} %d\nhttp_requests_total{code=\"500\"} %d\n"
                .formatted(good, bad)));
  }

  private PodEvidence evidence(int sample, URI... gateway) {
    return new PodEvidence(
        () -> List.copyOf(pods),
        new PodPages.Direct(pages, Answers.direct()),
        new GatewayReader(List.of(gateway), pages, () -> now),
        queries,
        world -> Pins.of(world, "orders-candidate"),
        new PodEvidence.Settings("shop", Optional.empty(), Sought.nothing(), sample, ACCURATE),
        () -> now);
  }

  private static World world(String root) {
    return world(root, Optional.empty());
  }

  private static World world(String root, Optional<Split> split) {
    return new World(
        new Workload("t", 1, true, true, Set.of(), "1"),
        List.of(),
        List.of(new EntryPoint("orders", Optional.of(root), "1")),
        Optional.of(new RouteState(split, "1")),
        Optional.of("new"),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of(),
        Traffic.unknown(),
        Optional.empty());
  }
}
