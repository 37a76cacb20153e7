package dev.sluice.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.operator.Decided;
import dev.sluice.probes.notify.Heard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the receivers of a policy hear of an operator, and of the next one. */
class NotifierTest {
  private static final Decided BEGINS =
      OccurrencesTest.decided(1, "template-changed", Phase.CHECKING, Condition.MOVING);
  private static final Decided HOLDS =
      OccurrencesTest.decided(1, "no-data", Phase.SHIFTING, Condition.HELD);
  private static final Decided ABORTS =
      OccurrencesTest.decided(1, "harm", Phase.ABORTING, Condition.MOVING);

  private final List<String> got = new CopyOnWriteArrayList<>();
  private final List<Heard.Result> results = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @SuppressWarnings("NullAway.Init")
  NotifierTest() {}

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String occasion =
          new ObjectMapper().readTree(exchange.getRequestBody()).path("occasion").asText();
      got.add(occasion + " " + exchange.getRequestHeaders().getFirst("webhook-id"));
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private Notifier notifier(String notify) {
    String yaml =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePolicy
        metadata: { name: orders, namespace: shop }
        spec:
          workloadRef: { name: orders }
          services: [orders]
          strategy: { canary: { preset: Standard } }
        """;
    ReleasePolicy policy =
        switch (Manifest.read(yaml + notify.indent(2))) {
          case Parsed.Ok<Manifest> ok -> (ReleasePolicy) ok.value().objects().getFirst();
          case Parsed.Bad<Manifest> bad -> throw new AssertionError(bad.problems());
        };
    Heard heard =
        new Heard() {
          @Override
          public void counted(String kind, Result result) {
            results.add(result);
          }

          @Override
          public void says(String sentence) {
            throw new UncheckedIOException(new IOException(sentence));
          }
        };
    Notifier notifier =
        new Notifier(
            "7a1f",
            _ -> "a key that is long enough",
            heard,
            _ -> {
              throw new AssertionError("no version is asked for");
            });
    notifier.follows(policy);
    return notifier;
  }

  private Notifier notifier() {
    return notifier(
        """
        notify:
          - name: all
            webhook: { url: "http://localhost:%d/", hmac: { name: hooks, key: hmac } }
            when: [Started, Held, Aborted, Stalled]
        """
            .formatted(server.getAddress().getPort()));
  }

  private void await(int count) {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (results.size() < count && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(results).hasSize(count).containsOnly(Heard.Result.SENT);
  }

  private List<String> occasions() {
    return got.stream().map(line -> line.substring(0, line.indexOf(' '))).toList();
  }

  @Test
  void given_an_operator_that_is_started_again_then_nothing_is_told_twice() {
    List<Decided> recorded = new ArrayList<>(List.of(BEGINS, HOLDS));
    try (Notifier first = notifier()) {
      first.decided(BEGINS);
      first.decided(HOLDS);
      first.tell(recorded, _ -> Optional.empty());
      await(2);
    }
    try (Notifier second = notifier()) {
      second.decided(ABORTS);
      recorded.add(ABORTS);
      second.tell(recorded, _ -> Optional.empty());
      second.decided(HOLDS);
      second.tell(recorded, _ -> Optional.empty());
      await(3);
    }
    assertThat(occasions()).containsExactly("Started", "Held", "Aborted");
  }

  @Test
  void given_two_operators_that_tell_the_same_then_a_receiver_knows_it_by_the_id() {
    for (int i = 0; i < 2; i++) {
      try (Notifier each = notifier()) {
        each.decided(ABORTS);
        each.tell(List.of(ABORTS), _ -> Optional.of("orders:v2"));
        await(2 * (i + 1));
      }
    }
    assertThat(got).hasSize(4);
    assertThat(got.subList(0, 2)).isEqualTo(got.subList(2, 4));
    assertThat(got.get(0)).isNotEqualTo(got.get(1));
  }

  @Test
  void given_a_policy_that_cannot_be_followed_then_that_is_told() {
    try (Notifier notifier = notifier()) {
      notifier.stalled("spec.analysis.metrics[0] names nothing.", Instant.EPOCH);
      await(1);
    }
    assertThat(occasions()).containsExactly("Stalled");
  }

  @Test
  void given_a_policy_without_receivers_then_nothing_is_kept() {
    try (Notifier notifier = notifier("")) {
      notifier.decided(ABORTS);
      notifier.tell(List.of(ABORTS), _ -> Optional.empty());
    }
    assertThat(got).isEmpty();
  }
}
