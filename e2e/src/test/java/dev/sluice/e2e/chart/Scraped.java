package dev.sluice.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.Kubelab;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a Prometheus reads by a ServiceMonitor: of the Services of its namespace that have its
 * labels the ready endpoints behind the port of that name, each at its path. The Prometheus
 * operator itself is not there.
 */
final class Scraped {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Scraped() {}

  /** The pages, by the address of the pod that serves them. */
  static Map<String, String> by(GenericKubernetesResource monitor, Kubelab cluster)
      throws IOException, InterruptedException {
    JsonNode spec = JSON.valueToTree(monitor.get("spec"));
    String namespace = monitor.getMetadata().getNamespace();
    Map<String, String> labels = monitor.get("spec", "selector", "matchLabels");
    Map<String, String> pages = new TreeMap<>();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      for (Service service :
          cluster.admin().services().inNamespace(namespace).withLabels(labels).list().getItems()) {
        for (JsonNode endpoint : spec.path("endpoints")) {
          for (String target : targets(service, endpoint.path("port").asText(), cluster)) {
            URI page = URI.create("http://" + target + endpoint.path("path").asText());
            HttpResponse<String> answer =
                http.send(
                    HttpRequest.newBuilder(page).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofString());
            pages.put(page.getHost(), answer.statusCode() + "\n" + answer.body());
          }
        }
      }
    }
    return pages;
  }

  private static List<String> targets(Service service, String port, Kubelab cluster) {
    return cluster
        .admin()
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(service.getMetadata().getNamespace())
        .withLabel("kubernetes.io/service-name", service.getMetadata().getName())
        .list()
        .getItems()
        .stream()
        .flatMap(
            slice ->
                slice.getPorts().stream()
                    .filter(p -> port.equals(p.getName()))
                    .flatMap(
                        p -> addresses(slice).stream().map(address -> address + ":" + p.getPort())))
        .toList();
  }

  private static List<String> addresses(EndpointSlice slice) {
    return slice.getEndpoints().stream()
        .filter(e -> Boolean.TRUE.equals(e.getConditions().getReady()))
        .flatMap(e -> e.getAddresses().stream())
        .toList();
  }
}
