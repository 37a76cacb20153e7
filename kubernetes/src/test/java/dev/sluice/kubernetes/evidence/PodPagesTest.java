package dev.sluice.kubernetes.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.probes.checks.Answers;
import dev.sluice.probes.metrics.Pages;
import dev.sluice.probes.metrics.Pages.Fetched;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The two ways to a pod's page. */
class PodPagesTest {
  private static final Pages NONE = _ -> new Fetched.Missing("is not asked for here");
  private static final PodPages DIRECT = new PodPages.Direct(NONE, Answers.direct());

  @Test
  void on_the_pods_own_network_it_is_the_pods_address() {
    assertThat(DIRECT.at(pod(Optional.of("10.0.0.7")), 8080, "/metrics"))
        .contains(URI.create("http://10.0.0.7:8080/metrics"));
    assertThat(DIRECT.at(pod(Optional.of("fd00::7")), 8080, "/metrics"))
        .contains(URI.create("http://[fd00::7]:8080/metrics"));
  }

  @Test
  void from_outside_it_is_the_api_servers_proxy() {
    assertThat(
            new PodPages.Proxied("https://api:6443/", NONE, Answers.direct())
                .at(pod(Optional.of("10.0.0.7")), 8080, "/metrics?all"))
        .contains(
            URI.create(
                "https://api:6443/api/v1/namespaces/shop/pods/orders-1:8080/proxy/metrics?all"));
  }

  @Test
  void a_pod_without_an_address_has_no_page() {
    assertThat(DIRECT.at(pod(Optional.empty()), 8080, "/metrics")).isEmpty();
  }

  @Test
  void through_the_api_server_both_formats_are_asked_for() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String accepted = exchange.getRequestHeaders().getFirst("Accept");
          boolean families = accepted.startsWith("application/vnd.google.protobuf;");
          exchange
              .getResponseHeaders()
              .set("Content-Type", families ? accepted.split(",", 2)[0] : "text/plain");
          exchange.sendResponseHeaders(200, 4);
          exchange.getResponseBody().write("a 1\n".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(url).build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      Pages pages = PodPages.throughApiServer(client).pages();
      assertThat(pages.get(URI.create(url + "metrics"))).isEqualTo(new Fetched.Text("a 1\n"));
      assertThat(pages.families(URI.create(url + "metrics"))).isInstanceOf(Fetched.Protobuf.class);
    } finally {
      server.stop(0);
    }
  }

  private static ObservedPod pod(Optional<String> ip) {
    return new ObservedPod(
        "shop", "orders-1", "old", ip, true, Instant.EPOCH, Map.of(), List.of(8080), 0);
  }
}
