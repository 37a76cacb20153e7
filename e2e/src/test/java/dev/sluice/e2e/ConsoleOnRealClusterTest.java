package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.Main;
import dev.sluice.e2e.Kubelab.Options;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the console's page is told of a release that runs, with a reader's rights and no others. */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Timeout(400)
class ConsoleOnRealClusterTest {
  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Pattern URL = Pattern.compile("http://\\S+");
  private static final String POLICY =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      drain: 1s
      keepWarm: 0s
      analysis: { arm: Always }
      strategy:
        canary:
          stages:
            - { name: small, weight: 20, min: 10s, max: 30s }
            - { name: half, weight: 50, min: 5m }
          bake: 3s
      """;

  @TempDir private static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void a_reader_sees_a_release_go_and_be_taken_back() throws Exception {
    try (ReleasedShop shop = cluster.open("console")) {
      shop.adopt(POLICY);
      Person vera = Person.of(cluster.kubelab(), shop.namespace(), "vera", folder, "sluice-viewer");
      shop.comeUsers(30);
      Thread console = Thread.ofPlatform().start(() -> serve(vera));
      try (HttpClient client = HttpClient.newHttpClient();
          BufferedReader page = open(client, shop)) {
        JsonNode idle = next(page, "board", _ -> true).at("/policies/0");
        assertThat(idle.path("id").asText()).isEqualTo(shop.namespace() + "/order-service");
        assertThat(idle.path("judge").asText()).isEqualTo("always");

        shop.shop().deploy(Edition.of("v2").with("ERRORS", 0.05));
        JsonNode small =
            next(page, "board", b -> b.at("/policies/0/weight").asText().equals("20%"));
        assertThat(small.at("/policies/0/phase").asText()).isEqualTo("Shifting");
        JsonNode sheet = next(page, "sheet", s -> !s.at("/explanation/needs").isEmpty());
        assertThat(sheet.at("/explanation/where").asText()).startsWith("order-service-1 (");
        assertThat(sheet.at("/charts/limit").asDouble()).isBetween(99.0, 101.0);
        assertThat(sheet.path("commands").toString()).contains("sluice abort order-service -n ");
        next(
            page,
            "points",
            p -> p.path("points").findValues("odds").stream().anyMatch(o -> o.asDouble() > 4));

        assertThat(shop.awaitEnd(1)).isEqualTo("Aborted");
        JsonNode ended =
            next(page, "board", b -> b.at("/policies/0/phase").asText().equals("Aborted"));
        assertThat(ended.at("/policies/0/running").asBoolean()).isFalse();
      } finally {
        console.interrupt();
        console.join(SOON);
      }
      assertThat(console.isAlive()).as("it ends when it is told to").isFalse();
      assertThat(err.toString()).as("what it could not see").isEmpty();
      assertThat(shop.leaveAndCountLost()).isZero();
    }
  }

  private void serve(Person person) {
    var _ =
        Main.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "console",
            "--listen=127.0.0.1:0",
            "--kubeconfig=" + person.kubeconfig());
  }

  /** As the page does that shows the shop's policy. */
  private BufferedReader open(HttpClient client, ReleasedShop shop) throws Exception {
    Await.until("the console listens", SOON, () -> !said().isEmpty());
    URI stream =
        URI.create(said().getFirst() + "stream?policy=" + shop.namespace() + "/order-service");
    return new BufferedReader(
        new InputStreamReader(
            client
                .send(
                    HttpRequest.newBuilder(stream).build(),
                    HttpResponse.BodyHandlers.ofInputStream())
                .body(),
            StandardCharsets.UTF_8));
  }

  private List<String> said() {
    return URL.matcher(out.toString()).results().map(MatchResult::group).toList();
  }

  /** The data of the next event of that name of which this is so. */
  private static JsonNode next(BufferedReader page, String name, Predicate<JsonNode> so)
      throws IOException {
    List<String> others = new ArrayList<>();
    for (String line = page.readLine(); line != null; line = page.readLine()) {
      if (line.equals("event: " + name)) {
        String data = page.readLine().substring("data: ".length());
        JsonNode read = Json.read(data);
        if (so.test(read)) {
          return read;
        }
        others.add(data);
      }
    }
    throw new AssertionError("the stream has ended; of this name there were " + others);
  }
}
