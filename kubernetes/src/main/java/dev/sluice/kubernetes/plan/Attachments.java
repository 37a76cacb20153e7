package dev.sluice.kubernetes.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is attached to the Service by its name: the candidate's own Service has another, so its
 * requests would go without.
 */
final class Attachments {
  /** By whom annotations of a Service are read when requests go to it. */
  private static final List<String> READ_BY_GATEWAYS =
      List.of(
          "projectcontour.io/",
          "traefik.ingress.kubernetes.io/",
          "traefik.containo.us/",
          "konghq.com/",
          "haproxy.org/",
          "haproxy-ingress.github.io/",
          "cloud.google.com/backend-config",
          "networking.istio.io/");

  private Attachments() {}

  /**
   * @param objects of kinds that may be attached to others
   */
  static List<Obstacle> of(Workload workload, List<JsonNode> objects, List<Service> services) {
    if (workload.route().isEmpty()) {
      return List.of();
    }
    List<Obstacle> found = new ArrayList<>();
    Set<String> covered = new TreeSet<>();
    for (JsonNode object : objects) {
      if (names(object, workload, workload.candidate())) {
        covered.add(object.path("kind").asText());
      }
    }
    for (JsonNode object : objects) {
      String kind = object.path("kind").asText();
      if (names(object, workload, workload.root()) && !covered.contains(kind)) {
        found.add(
            Obstacle.blocking(
                "%s %s is attached to the Service %s by its name, and the candidate's requests go through %s, without it. Write one like it for %s beforehand.",
                kind,
                object.at("/metadata/name").asText(),
                workload.root(),
                workload.candidate(),
                workload.candidate()));
      }
    }
    services.stream()
        .filter(s -> s.getMetadata().getName().equals(workload.root()))
        .forEach(s -> service(workload, s, found));
    return found;
  }

  private static boolean names(JsonNode object, Workload workload, String service) {
    JsonNode spec = object.path("spec");
    List<JsonNode> targets = new ArrayList<>();
    targets.add(spec.path("targetRef"));
    spec.path("targetRefs").forEach(targets::add);
    boolean targeted =
        targets.stream()
            .anyMatch(
                t ->
                    t.path("kind").asText().equals("Service")
                        && t.path("group").asText("").isEmpty()
                        && t.path("namespace")
                            .asText(workload.namespace())
                            .equals(workload.namespace())
                        && t.path("name").asText().equals(service));
    return targeted || hosts(workload, service).contains(spec.path("host").asText());
  }

  private static Set<String> hosts(Workload workload, String service) {
    String full = service + "." + workload.namespace();
    return Set.of(service, full, full + ".svc", full + ".svc.cluster.local");
  }

  private static void service(Workload workload, Service service, List<Obstacle> out) {
    Map<String, String> annotations =
        Optional.ofNullable(service.getMetadata().getAnnotations()).orElse(Map.of());
    for (String key : new TreeSet<>(annotations.keySet())) {
      if (READ_BY_GATEWAYS.stream().anyMatch(key::startsWith)) {
        out.add(
            Obstacle.blocking(
                "The Service %s has the annotation %s, which a gateway reads, and the candidate's Service %s gets ports and pods alone. Say it in the route, or see that requests do without it.",
                workload.root(), key, workload.candidate()));
      }
    }
    if ("ClientIP".equals(service.getSpec().getSessionAffinity())) {
      out.add(
          Obstacle.toKnow(
              "The Service %s keeps clients on one pod (sessionAffinity: ClientIP); the candidate's does not.",
              workload.root()));
    }
  }
}
