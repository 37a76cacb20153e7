package dev.sluice.kubernetes.route;

import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.world.RouteState;
import dev.sluice.kubernetes.Watched;
import dev.sluice.kubernetes.Writes;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * HTTPRoutes of the Gateway API. One annotation says the split; an admission policy writes the
 * rules. Several routes say the same; as long as they do not, the one that gives the candidate most
 * is what is seen, so that a way back is not over before all have it.
 */
public final class HttpRouter implements Router {
  private final Optional<Watched<HTTPRoute>> routes;
  private final Writes writes;
  private final String namespace;
  private final List<String> names;
  private final String root;
  private final String candidate;

  /**
   * @param routes empty where the cluster does not have the Gateway API
   * @param root name of the Service that the routes name as their backend
   * @param candidate name of the candidate's own Service
   */
  public HttpRouter(
      Optional<Watched<HTTPRoute>> routes,
      Writes writes,
      String namespace,
      List<String> names,
      String root,
      String candidate) {
    this.routes = routes;
    this.writes = writes;
    this.namespace = namespace;
    this.names = List.copyOf(names);
    this.root = root;
    this.candidate = candidate;
  }

  private List<HTTPRoute> found() {
    return routes
        .map(all -> names.stream().flatMap(n -> all.get(namespace, n).stream()).toList())
        .orElse(List.of());
  }

  @Override
  public Optional<RouteState> state() {
    List<HTTPRoute> found = found();
    String version =
        found.stream()
            .map(r -> r.getMetadata().getResourceVersion())
            .collect(Collectors.joining(","));
    List<Optional<Split>> splits = found.stream().map(r -> SplitMark.read(marks(r))).toList();
    Optional<Split> most =
        splits.stream()
            .max(
                Comparator.comparing(
                    s -> s.map(x -> x.candidate().perMille() + x.match().size()).orElse(-1)))
            .orElse(Optional.empty());
    return Optional.of(new RouteState(most, version));
  }

  @Override
  public Outcome write(Split split, String version) {
    return each(
        version,
        route ->
            SplitMark.write(
                split, root, candidate, SplitMark.original(marks(route), weight(route))));
  }

  @Override
  public Outcome clear(String version) {
    return each(version, _ -> SplitMark.none());
  }

  private interface Annotations {
    Map<String, @Nullable String> of(HTTPRoute route);
  }

  /** Each as it was seen; the first that is not done is what is answered. */
  private Outcome each(String version, Annotations annotations) {
    List<HTTPRoute> found = found();
    String[] versions = version.split(",", -1);
    if (routes.isEmpty() || found.size() != names.size() || versions.length != found.size()) {
      return new Outcome.Conflict("Not all HTTPRoutes of the policy are there.");
    }
    Outcome outcome = new Outcome.Applied();
    for (int i = 0; i < versions.length; i++) {
      Outcome one =
          writes.annotate(routes.get(), found.get(i), versions[i], annotations.of(found.get(i)));
      outcome = outcome instanceof Outcome.Applied ? one : outcome;
    }
    return outcome;
  }

  /** Weights, headers and cookies; affinity and mirror are not written yet. */
  @Override
  public Spec.Route abilities() {
    return new Spec.Route(true, false, false);
  }

  @Override
  public List<String> refusals() {
    if (routes.isEmpty()) {
      return List.of(
          "The policy names an HTTPRoute, and this cluster does not have the Gateway API: install its"
              + " CRDs and a gateway, or release without a route.");
    }
    List<String> why = new ArrayList<>();
    for (String name : names) {
      Optional<HTTPRoute> route = routes.get().get(namespace, name);
      if (route.isEmpty()) {
        why.add("There is no HTTPRoute %s in %s; the policy names it.".formatted(name, namespace));
      } else if (rules(route.get()).noneMatch(this::mine)) {
        why.add(
            "No rule of the HTTPRoute %s has the Service %s as its only backend, so there is nothing to split."
                .formatted(name, root));
      }
    }
    return why;
  }

  private static Stream<HTTPRouteRule> rules(HTTPRoute route) {
    return route.getSpec() == null || route.getSpec().getRules() == null
        ? Stream.empty()
        : route.getSpec().getRules().stream();
  }

  private boolean mine(HTTPRouteRule rule) {
    List<HTTPBackendRef> backends = rule.getBackendRefs();
    return backends != null
        && !backends.isEmpty()
        && backends.stream()
            .allMatch(b -> b.getName().equals(root) || b.getName().equals(candidate))
        && backends.getFirst().getName().equals(root);
  }

  private int weight(HTTPRoute route) {
    return rules(route)
        .filter(this::mine)
        .filter(r -> r.getBackendRefs().size() == 1)
        .map(r -> r.getBackendRefs().getFirst().getWeight())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(1);
  }

  private static Map<String, String> marks(HTTPRoute route) {
    Map<String, String> marks = route.getMetadata().getAnnotations();
    return marks == null ? Map.of() : marks;
  }
}
