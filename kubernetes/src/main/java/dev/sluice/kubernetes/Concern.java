package dev.sluice.kubernetes;

import dev.sluice.api.PolicySpec;
import dev.sluice.api.ReleasePolicy;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which objects a policy is about: those that carry its label, that its spec names, that its
 * Deployment owns, at first or second hand, that select its pods, and commands for its releases.
 * What changes elsewhere wakes nobody. Rather one too many than one too few: whoever is woken looks
 * and finds nothing to do.
 *
 * @param names of everything that the spec names, whatever its kind
 */
public record Concern(String namespace, String policy, String deployment, Set<String> names) {
  public Concern {
    names = Set.copyOf(names);
  }

  /** What else is there, as the watches have seen it. */
  public interface Around {
    /** The Deployment that owns that set; empty where it is not known. */
    Optional<String> deploymentOf(String namespace, String set);

    Optional<Deployment> deployment(String namespace, String name);
  }

  public static Concern of(ReleasePolicy policy) {
    Workload workload = Workload.of(policy);
    Set<String> names = new HashSet<>(workload.services());
    names.add(workload.deployment());
    names.add(workload.candidate());
    workload.preview().ifPresent(names::add);
    policy.spec().route().ifPresent(route -> routes(route).forEach(names::add));
    return new Concern(workload.namespace(), workload.policy(), workload.deployment(), names);
  }

  private static Stream<String> routes(PolicySpec.Route route) {
    return Stream.concat(
        route.gateway().stream()
            .flatMap(g -> Stream.concat(g.httpRoutes().stream(), g.grpcRoutes().stream()))
            .map(PolicySpec.RouteRef::name),
        route.ingressNginx().stream()
            .flatMap(n -> n.ingresses().stream())
            .map(PolicySpec.IngressRef::name));
  }

  /** Whether it is about that object. */
  public boolean with(HasMetadata object, Around around) {
    return namespace.equals(object.getMetadata().getNamespace())
        && (Marks.label(object, Marks.POLICY).filter(policy::equals).isPresent()
            || names.contains(object.getMetadata().getName())
            || owned(object, around)
            || commanded(object)
            || selected(object, around));
  }

  private boolean owned(HasMetadata object, Around around) {
    List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
    return owners != null
        && owners.stream()
            .anyMatch(
                owner ->
                    switch (owner.getKind()) {
                      case "Deployment" -> deployment.equals(owner.getName());
                      case "ReplicaSet" ->
                          around
                              .deploymentOf(namespace, owner.getName())
                              .filter(deployment::equals)
                              .isPresent();
                      default -> false;
                    });
  }

  /** Releases are called after their policy, with a number. */
  private boolean commanded(HasMetadata object) {
    return object instanceof GenericKubernetesResource command
        && command.getKind().equals(Cluster.COMMANDS.getKind())
        && Optional.ofNullable(command.<String>get("spec", "release"))
            .filter(release -> release.matches("\\Q" + policy + "\\E-\\d+"))
            .isPresent();
  }

  /** A Service or budget that begins to select the pods, or ends to. */
  private boolean selected(HasMetadata object, Around around) {
    Optional<LabelSelector> selector = selector(object);
    return selector.isPresent()
        && around
            .deployment(namespace, deployment)
            .map(d -> d.getSpec().getTemplate().getMetadata().getLabels())
            .filter(pods -> Selectors.selects(selector.get(), pods))
            .isPresent();
  }

  private static Optional<LabelSelector> selector(HasMetadata object) {
    return switch (object) {
      case Service service ->
          Optional.ofNullable(service.getSpec().getSelector())
              .filter(pairs -> !pairs.isEmpty())
              .map(pairs -> Selectors.unpinned(new LabelSelector(List.of(), pairs)));
      case PodDisruptionBudget budget ->
          Optional.ofNullable(budget.getSpec().getSelector()).map(Selectors::unpinned);
      default -> Optional.empty();
    };
  }
}
