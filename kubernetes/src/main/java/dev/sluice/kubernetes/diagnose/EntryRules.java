package dev.sluice.kubernetes.diagnose;

import dev.sluice.api.PolicySpec.RouteRef;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.diagnose.Rule.Found;
import dev.sluice.kubernetes.route.Splittable;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How users reach the pods: Services, and the routes that lead to them. */
final class EntryRules {
  static final List<Rule<Patient>> ALL =
      List.of(
          new Rule<>(
              Symptom.blocks(
                  "no-service",
                  "Without a Service there is no traffic that could be moved.",
                  "kubectl -n <namespace> expose deployment <deployment> --port=<port>"),
              EntryRules::none),
          new Rule<>(
              Symptom.blocks(
                  "service-not-named",
                  "Through it users would reach both versions at once, so no release starts.",
                  "kubectl -n <namespace> patch releasepolicy <policy> --type=json -p"
                      + " '[{\"op\":\"add\",\"path\":\"/spec/services/-\",\"value\":\"<name>\"}]'"),
              p -> p.running() ? Stream.empty() : unnamed(p)),
          new Rule<>(
              Symptom.blocks(
                  "service-not-named-in-release",
                  "Through it users would reach both versions at once. What a policy is about cannot be"
                      + " changed while a release runs: abort that, then name the Service, then retry.",
                  "sluice abort <policy> -n <namespace>"),
              p -> p.running() ? unnamed(p) : Stream.empty()),
          new Rule<>(
              Symptom.blocks(
                  "service-missing",
                  "No release starts, and one that runs holds. Create it, or take it out of spec.services.",
                  "kubectl -n <namespace> expose deployment <deployment> --name=<name> --port=<port>"),
              EntryRules::missing),
          new Rule<>(
              Symptom.blocks(
                  "service-selects-others",
                  "Whoever comes through it reaches other pods than those that are released. Give it the"
                      + " Deployment's own selector, or take it out of spec.services.",
                  "kubectl -n <namespace> set selector service <name> <selector>"),
              EntryRules::elsewhere),
          new Rule<>(
              Symptom.blocks(
                  "route-missing",
                  "No release starts, and one that runs holds. Create it, or name the right one in"
                      + " spec.route.",
                  "kubectl -n <namespace> get httproutes,grpcroutes,ingresses"),
              EntryRules::routes),
          new Rule<>(
              Symptom.blocks(
                  "route-leads-elsewhere",
                  "There is nothing to split, so no release starts. A rule that is to be split has the first"
                      + " of spec.services as its only backend.",
                  "kubectl -n <namespace> edit <kind>/<name>"),
              EntryRules::led),
          new Rule<>(
              Symptom.warns(
                  "route-not-accepted",
                  "What is written into it reaches no user. Its status says what the gateway has against"
                      + " it; where it says nothing, no gateway has it.",
                  "kubectl -n <namespace> describe <kind>/<name>"),
              EntryRules::unaccepted));

  private EntryRules() {}

  private static Stream<Found> none(Patient p) {
    return p.deployment().isPresent()
            && p.object().isEmpty()
            && p.space().of(Service.class).lacks(s -> selects(p, s))
        ? Stream.of(
            p.found(
                p.deploymentItself(),
                "No Service in %s selects its pods.".formatted(p.space().name()),
                Map.of("port", port(p))))
        : Stream.empty();
  }

  private static boolean selects(Patient p, Service service) {
    return p.selectedBy(selector(service));
  }

  private static Map<String, String> selector(Service service) {
    return Optional.ofNullable(service.getSpec().getSelector()).orElse(Map.of());
  }

  private static String port(Patient p) {
    return p.deployment().stream()
        .flatMap(d -> d.getSpec().getTemplate().getSpec().getContainers().stream())
        .flatMap(c -> Optional.ofNullable(c.getPorts()).orElse(List.of()).stream())
        .map(ContainerPort::getContainerPort)
        .findFirst()
        .map(String::valueOf)
        .orElse("80");
  }

  private static Stream<Found> unnamed(Patient p) {
    return p.workload().stream()
        .flatMap(
            w ->
                p.space().of(Service.class).stream()
                    .filter(s -> !isNamed(w, s.getMetadata().getName()))
                    .filter(s -> !selector(s).containsKey(Marks.HASH))
                    .filter(s -> selects(p, s)))
        .map(
            s ->
                p.found(
                    s,
                    "It selects the pods of %s, and is not among the policy's services."
                        .formatted(p.name())));
  }

  private static boolean isNamed(Workload workload, String service) {
    return workload.services().contains(service)
        || service.equals(workload.candidate())
        || workload.preview().filter(service::equals).isPresent();
  }

  private static Stream<Found> missing(Patient p) {
    Seen<Service> all = p.space().of(Service.class);
    return p.workload().stream()
        .flatMap(w -> w.services().stream())
        .filter(name -> all.lacks(s -> s.getMetadata().getName().equals(name)))
        .map(
            name ->
                p.found(
                    Where.in(p.space().name(), "Service", name),
                    "The policy names it, and it is not there.",
                    Map.of("port", port(p))));
  }

  private static Stream<Found> elsewhere(Patient p) {
    if (p.workload().isEmpty() || p.deployment().isEmpty()) {
      return Stream.empty();
    }
    List<String> named = p.workload().get().services();
    return p.space().of(Service.class).stream()
        .filter(s -> named.contains(s.getMetadata().getName()))
        .filter(s -> !selects(p, s))
        .map(
            s ->
                p.found(
                    s,
                    selector(s).isEmpty()
                        ? "The policy names it, and it selects no pods by labels."
                        : "The policy names it, and it selects other pods than those of %s."
                            .formatted(p.name()),
                    Map.of("selector", wanted(p))));
  }

  private static String wanted(Patient p) {
    return p
        .deployment()
        .flatMap(d -> Optional.ofNullable(d.getSpec().getSelector().getMatchLabels()))
        .orElse(Map.of())
        .entrySet()
        .stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .sorted()
        .collect(Collectors.joining(","));
  }

  private static Stream<Found> routes(Patient p) {
    return p.workload().stream()
        .flatMap(
            w ->
                Stream.of(
                        absent(p, HTTPRoute.class, w.httpRoutes().stream().map(RouteRef::name)),
                        absent(p, GRPCRoute.class, w.grpcRoutes().stream().map(RouteRef::name)),
                        absent(p, Ingress.class, w.ingresses().stream()))
                    .flatMap(found -> found));
  }

  private static <T extends HasMetadata> Stream<Found> absent(
      Patient p, Class<T> kind, Stream<String> names) {
    return names
        .filter(n -> p.space().of(kind).lacks(r -> r.getMetadata().getName().equals(n)))
        .map(
            n ->
                p.found(
                    Where.in(p.space().name(), kind.getSimpleName(), n),
                    "The policy names it, and it is not there."));
  }

  /** Routes of the Gateway API that are there, with how the policy names them. */
  private static Stream<Map.Entry<HasMetadata, RouteRef>> there(Patient p) {
    return p.workload().stream()
        .flatMap(
            w ->
                Stream.concat(
                    there(p, HTTPRoute.class, w.httpRoutes()),
                    there(p, GRPCRoute.class, w.grpcRoutes())));
  }

  private static <T extends HasMetadata> Stream<Map.Entry<HasMetadata, RouteRef>> there(
      Patient p, Class<T> kind, List<RouteRef> refs) {
    return refs.stream()
        .flatMap(
            ref ->
                p.space().of(kind).stream()
                    .filter(r -> r.getMetadata().getName().equals(ref.name()))
                    .map(r -> Map.entry((HasMetadata) r, ref)));
  }

  private static Stream<Found> led(Patient p) {
    return there(p)
        .filter(
            e ->
                !Splittable.is(
                    e.getKey(),
                    p.workload().orElseThrow().root(),
                    p.candidate(),
                    e.getValue().rules()))
        .map(
            e ->
                p.found(
                    e.getKey(),
                    "No rule of it has the Service %s as its only backend, or not the one that the policy chooses."
                        .formatted(p.workload().orElseThrow().root()),
                    Map.of("kind", e.getKey().getKind().toLowerCase(Locale.ROOT))));
  }

  private static Stream<Found> unaccepted(Patient p) {
    return there(p)
        .map(Map.Entry::getKey)
        .filter(r -> parents(r).stream().noneMatch(EntryRules::accepted))
        .map(
            r ->
                p.found(
                    r,
                    "No gateway has accepted it.",
                    Map.of("kind", r.getKind().toLowerCase(Locale.ROOT))));
  }

  private static List<RouteParentStatus> parents(HasMetadata route) {
    return switch (route) {
      case HTTPRoute r when r.getStatus() != null -> r.getStatus().getParents();
      case GRPCRoute r when r.getStatus() != null -> r.getStatus().getParents();
      default -> List.of();
    };
  }

  private static boolean accepted(RouteParentStatus parent) {
    return parent.getConditions().stream()
        .anyMatch(c -> "Accepted".equals(c.getType()) && "True".equals(c.getStatus()));
  }
}
