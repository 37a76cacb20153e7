package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A real Prometheus as a process of the host, which finds the shop's pods at the API server and
 * scrapes them each second.
 */
public final class PrometheusServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private final Process process;
  private final URI address;

  private PrometheusServer(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * @param folder for what it keeps; the caller's to delete
   */
  public static PrometheusServer start(Kubelab cluster, String namespace, Path folder) {
    try {
      Path config =
          Files.writeString(
              folder.resolve("prometheus.yml"),
              """
      global: { scrape_interval: 1s }
      scrape_configs:
        - job_name: pods
          kubernetes_sd_configs:
            - { role: pod, kubeconfig_file: '%s', namespaces: { names: [%s] } }
          relabel_configs:
            - { source_labels: [__meta_kubernetes_namespace], target_label: namespace }
            - { source_labels: [__meta_kubernetes_pod_name], target_label: pod }
      """
                  .formatted(cluster.kubeconfig(), namespace));
      URI address = URI.create("http://127.0.0.1:" + freePort());
      Process process =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + folder.resolve("data"),
                  "--web.listen-address=" + address.getAuthority())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("prometheus.log").toFile())
              .start();
      PrometheusServer server = new PrometheusServer(process, address);
      Await.until("Prometheus is ready", PATIENCE, server::ready);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("Prometheus cannot be started; make cluster installs it", e);
    }
  }

  public URI address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean ready() {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("/-/ready")).timeout(PATIENCE).build();
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
