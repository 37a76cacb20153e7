package dev.sluice.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A real Prometheus as a process of the host, which scrapes the shop's pods each second. Debian's
 * does not know Kubernetes: which pods there are it asks us each second.
 */
public final class PrometheusServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PORT = 8080;

  private final HttpServer pods;
  private final Process process;
  private final URI address;

  private PrometheusServer(HttpServer pods, Process process, URI address) {
    this.pods = pods;
    this.process = process;
    this.address = address;
  }

  /**
   * @param folder for what it keeps; the caller's to delete
   */
  public static PrometheusServer start(KubernetesClient admin, String namespace, Path folder) {
    try {
      HttpServer pods =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      pods.createContext("/", exchange -> answer(exchange, targets(admin, namespace)));
      pods.start();
      Path config =
          Files.writeString(
              folder.resolve("prometheus.yml"),
              """
              global: { scrape_interval: 1s }
              scrape_configs:
                - job_name: pods
                  http_sd_configs: [{ url: 'http://127.0.0.1:%d/', refresh_interval: 1s }]
              """
                  .formatted(pods.getAddress().getPort()));
      URI address = URI.create("http://127.0.0.1:" + freePort());
      Path log = folder.resolve("prometheus.log");
      Process process =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + folder.resolve("data"),
                  "--web.listen-address=" + address.getAuthority())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      PrometheusServer server = new PrometheusServer(pods, process, address);
      try {
        Await.until("Prometheus is ready", PATIENCE, () -> !process.isAlive() || server.ready());
        if (!process.isAlive()) {
          throw new IllegalStateException("Prometheus ended: " + Files.readString(log));
        }
        return server;
      } catch (IllegalStateException | AssertionError e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Prometheus cannot be started; make cluster installs it", e);
    }
  }

  public ProcessHandle process() {
    return process.toHandle();
  }

  public URI address() {
    return address;
  }

  @Override
  public void close() {
    pods.stop(0);
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String targets(KubernetesClient admin, String namespace) {
    return admin.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getStatus().getPodIP() != null)
        .map(pod -> target(pod, namespace))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String target(Pod pod, String namespace) {
    return "{\"targets\":[\"%s:%d\"],\"labels\":{\"namespace\":\"%s\",\"pod\":\"%s\"}}"
        .formatted(pod.getStatus().getPodIP(), PORT, namespace, pod.getMetadata().getName());
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private boolean ready() {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/-/ready")).timeout(PATIENCE).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
