package dev.sluice.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.IngressServiceBackend;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ingresses as {@code ingress.js} reads them: for each host its paths, each with where it leads to
 * and, beside a canary, where that leads to and by which rules.
 */
final class IngressTable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CANARY = "nginx.ingress.kubernetes.io/canary";

  /** Who answers for a Service. */
  interface Endpoints {
    /**
     * @param namespace of the Ingress that names it
     * @return addresses as {@code proxy_pass} takes them; empty: nobody does
     */
    List<String> of(@Nullable String namespace, IngressServiceBackend service);
  }

  private final List<Ingress> canaries;
  private final Endpoints endpoints;

  private IngressTable(List<Ingress> canaries, Endpoints endpoints) {
    this.canaries = canaries;
    this.endpoints = endpoints;
  }

  /** As JSON. */
  static String of(List<Ingress> ingresses, Endpoints endpoints) {
    IngressTable table =
        new IngressTable(
            ingresses.stream()
                .filter(i -> canary(i).equals("true"))
                .sorted(Comparator.comparing(i -> i.getMetadata().getCreationTimestamp()))
                .toList(),
            endpoints);
    Map<String, List<Map<String, Object>>> hosts = new LinkedHashMap<>();
    for (Ingress main : ingresses) {
      if (canary(main).isEmpty()) {
        for (IngressRule rule : main.getSpec().getRules()) {
          for (HTTPIngressPath path : rule.getHttp().getPaths()) {
            hosts
                .computeIfAbsent(host(rule), _ -> new ArrayList<>())
                .add(table.way(main, host(rule), path));
          }
        }
      }
    }
    try {
      return JSON.writeValueAsString(hosts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The candidate is left out where there is no canary, or nobody answers for it. */
  private Map<String, Object> way(Ingress main, String host, HTTPIngressPath path) {
    Optional<Ingress> oldest =
        canaries.stream()
            .filter(c -> c.getSpec().getRules().stream().anyMatch(r -> host(r).equals(host)))
            .findFirst();
    Map<String, Object> way = new HashMap<>();
    way.put("path", path.getPath());
    way.put("exact", path.getPathType().equals("Exact"));
    way.put("stable", endpoints(main, path));
    oldest
        .flatMap(canary -> candidate(canary, host, path))
        .ifPresent(candidate -> way.put("candidate", candidate));
    way.put("rules", oldest.map(IngressTable::rules).orElse(Map.of()));
    return way;
  }

  /** Of two canaries for one host the older alone; without endpoints none. */
  private Optional<List<String>> candidate(Ingress canary, String host, HTTPIngressPath path) {
    return canary.getSpec().getRules().stream()
        .filter(rule -> host(rule).equals(host))
        .flatMap(rule -> rule.getHttp().getPaths().stream())
        .filter(p -> p.getPath().equals(path.getPath()))
        .map(p -> endpoints(canary, p))
        .filter(to -> !to.isEmpty())
        .findFirst();
  }

  private List<String> endpoints(Ingress ingress, HTTPIngressPath path) {
    return endpoints.of(ingress.getMetadata().getNamespace(), path.getBackend().getService());
  }

  private static Map<String, String> rules(Ingress canary) {
    Map<String, String> rules = new HashMap<>();
    canary
        .getMetadata()
        .getAnnotations()
        .forEach(
            (name, value) -> {
              if (name.startsWith(CANARY + "-")) {
                rules.put(name.substring(CANARY.length() + 1), value);
              }
            });
    return rules;
  }

  private static String canary(Ingress ingress) {
    return Optional.ofNullable(ingress.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(CANARY))
        .orElse("");
  }

  private static String host(IngressRule rule) {
    return Objects.requireNonNullElse(rule.getHost(), "_");
  }
}
