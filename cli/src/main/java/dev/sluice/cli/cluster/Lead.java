package dev.sluice.cli.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBackend;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What sends users to Services.
 *
 * @param rules the Services of each rule, in the rules' order
 */
public record Lead(Kind kind, String name, List<Set<String>> rules) {
  /** Of what kind. */
  public enum Kind {
    HTTP_ROUTE("HTTPRoute"),
    GRPC_ROUTE("GRPCRoute"),
    NGINX("Ingress"),
    OTHER_INGRESS("Ingress");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  @Override
  public String toString() {
    return kind.word + " " + name;
  }

  /** All Services that it leads to. */
  public Set<String> backends() {
    Set<String> all = new LinkedHashSet<>();
    rules.forEach(all::addAll);
    return all;
  }

  /** Whether a rule leads to that Service and nowhere else, so that it can be split. */
  public boolean leadsOnlyTo(String service) {
    return rules.contains(Set.of(service));
  }

  /** By the rules of an HTTPRoute. */
  public static Lead of(HTTPRoute route) {
    List<Set<String>> rules = new ArrayList<>();
    for (var rule : some(route.getSpec().getRules())) {
      Set<String> names = new LinkedHashSet<>();
      some(rule.getBackendRefs())
          .forEach(b -> service(route, b.getKind(), b.getNamespace(), b.getName(), names));
      rules.add(names);
    }
    return new Lead(Kind.HTTP_ROUTE, route.getMetadata().getName(), rules);
  }

  /** By the rules of a GRPCRoute. */
  public static Lead of(GRPCRoute route) {
    List<Set<String>> rules = new ArrayList<>();
    for (var rule : some(route.getSpec().getRules())) {
      Set<String> names = new LinkedHashSet<>();
      some(rule.getBackendRefs())
          .forEach(b -> service(route, b.getKind(), b.getNamespace(), b.getName(), names));
      rules.add(names);
    }
    return new Lead(Kind.GRPC_ROUTE, route.getMetadata().getName(), rules);
  }

  /**
   * By the paths of an Ingress.
   *
   * @param nginx names of the classes that ingress-nginx serves
   */
  public static Lead of(Ingress ingress, Set<String> nginx) {
    List<Set<String>> rules = new ArrayList<>();
    backend(ingress.getSpec().getDefaultBackend()).ifPresent(s -> rules.add(Set.of(s)));
    some(ingress.getSpec().getRules()).stream()
        .map(rule -> rule.getHttp())
        .filter(Objects::nonNull)
        .flatMap(http -> some(http.getPaths()).stream())
        .flatMap(path -> backend(path.getBackend()).stream())
        .forEach(s -> rules.add(Set.of(s)));
    Map<String, String> annotations =
        Optional.ofNullable(ingress.getMetadata().getAnnotations()).orElse(Map.of());
    String of =
        Optional.ofNullable(ingress.getSpec().getIngressClassName())
            .orElse(annotations.getOrDefault("kubernetes.io/ingress.class", ""));
    return new Lead(
        nginx.contains(of) ? Kind.NGINX : Kind.OTHER_INGRESS,
        ingress.getMetadata().getName(),
        rules);
  }

  private static Optional<String> backend(@Nullable IngressBackend backend) {
    return Optional.ofNullable(backend)
        .flatMap(b -> Optional.ofNullable(b.getService()))
        .map(s -> s.getName());
  }

  /** A Service of the route's own namespace; others are nobody's business here. */
  private static void service(
      HasMetadata route,
      @Nullable String kind,
      @Nullable String namespace,
      String name,
      Set<String> names) {
    boolean service = kind == null || kind.equals("Service");
    boolean here = namespace == null || namespace.equals(route.getMetadata().getNamespace());
    names.add(service && here ? name : "another backend");
  }

  private static <T> List<T> some(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
