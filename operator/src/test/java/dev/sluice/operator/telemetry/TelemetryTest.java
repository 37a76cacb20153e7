package dev.sluice.operator.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.port.Actuator;
import dev.sluice.engine.sequence.Write;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  private static final Path TABLE = Path.of("../docs/operator-metrics.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\| (.*) \\| (.*) \\|");

  private final Telemetry telemetry = new Telemetry();

  @Test
  void what_is_exposed_is_what_the_table_says() throws IOException {
    TreeMap<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(TABLE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        documented.put(row.group(1), row.group(2) + " | " + row.group(4));
      }
    }
    telemetry.of("shop", "orders").decided(decided());
    telemetry.notified("slack", "sent");
    telemetry.requests().afterConnectionFailure(new Asked(), new IOException("refused"));
    TreeMap<String, String> exposed = new TreeMap<>();
    String help = "";
    for (String line : page().lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# HELP sluice_")) {
        help = words[3];
      } else if (line.startsWith("# TYPE sluice_")) {
        exposed.put(words[2], words[3] + " | " + help);
      }
    }
    assertThat(exposed).isEqualTo(documented);
  }

  @Test
  void a_policy_that_is_not_followed_any_more_leaves_no_series() throws IOException {
    Listener shop = telemetry.of("shop", "orders");
    shop.decided(decided());
    assertThat(page())
        .contains("sluice_policy_weight_ratio{namespace=\"shop\",policy=\"orders\"} 0.05");
    telemetry.forget("shop", "orders");
    assertThat(page()).doesNotContain("orders");
  }

  @Test
  void writes_are_counted_by_kind_and_outcome() throws IOException {
    var _ = measured().actuator().apply(new Write.Hold("1"));
    assertThat(page()).contains("sluice_writes_total{kind=\"Hold\",outcome=\"conflict\"} 1.0");
  }

  @Test
  void who_has_been_replaced_is_told_so_through_what_measures() {
    assertThatThrownBy(() -> measured().store().guard())
        .isInstanceOf(dev.sluice.operator.StateRefused.class);
  }

  private dev.sluice.operator.ControlLoop.Ports measured() {
    Actuator actuator = _ -> new Actuator.Outcome.Conflict("moved on");
    return telemetry.measured(
        new dev.sluice.operator.ControlLoop.Ports(
            _ -> {
              throw new IOException("gone");
            },
            actuator,
            new NoEvidence(),
            new NoStore()));
  }

  @Test
  void requests_are_named_as_RBAC_names_them() {
    assertThat(asked("GET", "/api/v1/namespaces/shop/pods")).isEqualTo("list pods");
    assertThat(asked("GET", "/api/v1/pods?watch=true&resourceVersion=1")).isEqualTo("watch pods");
    assertThat(asked("PATCH", "/apis/apps/v1/namespaces/shop/deployments/orders"))
        .isEqualTo("patch deployments");
    assertThat(
            asked("PUT", "/apis/sluice.dev/v1alpha1/namespaces/shop/releasepolicies/orders/status"))
        .isEqualTo("update releasepolicies/status");
    assertThat(asked("POST", "/apis/events.k8s.io/v1/namespaces/shop/events"))
        .isEqualTo("create events");
    assertThat(asked("GET", "/api/v1/namespaces/shop")).isEqualTo("get namespaces");
    assertThat(asked("GET", "/version")).isEqualTo("get discovery");
    assertThat(asked("GET", "/apis/apps/v1")).isEqualTo("get discovery");
  }

  @Test
  void a_loop_that_finishes_no_pass_is_not_alive_and_who_waits_for_the_lease_is_ready() {
    Clock clock = new Clock();
    Health health = new Health(() -> clock.now);
    assertThat(health.notReady()).isPresent();
    health.waits();
    assertThat(health.notReady()).isEmpty();
    health.leads();
    assertThat(health.notReady()).hasValueSatisfying(w -> assertThat(w).contains("not seen"));
    health.follows();
    health.passed("shop/orders");
    assertThat(health.notReady()).isEmpty();
    clock.now = clock.now.plus(Health.STALE).plusSeconds(1);
    assertThat(health.notAlive()).hasValueSatisfying(w -> assertThat(w).contains("shop/orders"));
    assertThat(health.notReady()).isPresent();
    health.ended("shop/orders");
    assertThat(health.notAlive()).isEmpty();
  }

  @Test
  void the_pages_answer() throws Exception {
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Pages pages = Pages.listen(free, telemetry)) {
      assertThat(get(pages, "/livez").statusCode()).isEqualTo(200);
      HttpResponse<String> ready = get(pages, "/readyz");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).isEqualTo("It starts.\n");
      HttpResponse<String> metrics = get(pages, "/metrics");
      assertThat(metrics.body()).contains("sluice_leader 0.0").contains("jvm_");
      assertThat(metrics.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain; version=0.0.4");
    }
  }

  private static HttpResponse<String> get(Pages pages, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pages.port() + path))
              .timeout(Duration.ofSeconds(5))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static Decided decided() {
    return new Decided(
        Instant.EPOCH,
        Optional.empty(),
        "stage",
        "It goes on.",
        Optional.empty(),
        Optional.empty(),
        new Share(50),
        1,
        0,
        Condition.MOVING);
  }

  /** A request of fabric8's client. */
  private static final class Asked implements io.fabric8.kubernetes.client.http.HttpRequest {
    @Override
    public UUID id() {
      return UUID.randomUUID();
    }

    @Override
    public URI uri() {
      return URI.create("https://10.0.0.1/api/v1/pods");
    }

    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String bodyString() {
      return "";
    }

    @Override
    public List<String> headers(String key) {
      return List.of();
    }

    @Override
    public Map<String, List<String>> headers() {
      return Map.of();
    }
  }

  private String page() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    telemetry.write(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String asked(String method, String uri) {
    ApiRequest asked = ApiRequest.of(method, URI.create("https://10.0.0.1:6443" + uri));
    return asked.verb() + " " + asked.resource();
  }

  private static final class Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  }

  private static final class NoEvidence implements dev.sluice.engine.port.EvidenceSource {
    @Override
    public Reading read(dev.sluice.engine.world.World world) throws IOException {
      throw new IOException("none");
    }

    @Override
    public java.util.OptionalDouble weightAccuracy() {
      return java.util.OptionalDouble.empty();
    }
  }

  private static final class NoStore implements dev.sluice.operator.Store {
    @Override
    public Optional<dev.sluice.operator.Saved> load() {
      return Optional.empty();
    }

    @Override
    public void save(dev.sluice.operator.Saved saved) {}

    @Override
    public void guard() throws dev.sluice.operator.StateRefused {
      throw new dev.sluice.operator.StateRefused("taken over");
    }

    @Override
    public void publish() {}
  }
}
