package dev.sluice.kubernetes.diagnose;

import dev.sluice.kubernetes.ApiFailure;
import dev.sluice.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks at everything that the diagnoses need, by the rights of whoever asks. It writes nothing,
 * and it looks once: the facts are those of one moment.
 */
public final class Examination {
  /**
   * What is to be looked at.
   *
   * @param namespace empty: all that have a policy
   * @param target empty: all policies
   * @param system the operator's own namespace
   */
  public record Asked(Optional<String> namespace, Optional<Target> target, String system) {}

  /** One policy or one Deployment, by name. */
  public sealed interface Target {
    String name();

    record Policy(String name) implements Target {}

    /** With the policy that names it, if one does. */
    record Workload(String name) implements Target {}
  }

  private final Look look;
  private final Asked asked;

  private Examination(KubernetesClient client, Asked asked, Instant now) {
    this.look = new Look(client, now);
    this.asked = asked;
  }

  /**
   * @throws IOException if the API server does not answer
   */
  public static Examined of(KubernetesClient client, Asked asked, Instant now) throws IOException {
    return new Examination(client, asked, now).examined();
  }

  private Examined examined() throws ApiFailure {
    ClusterFacts cluster = look.cluster(asked.system(), asked.namespace());
    Seen<GenericKubernetesResource> policies =
        cluster.knowsPolicies()
            ? look.generic(Cluster.POLICIES, asked.namespace())
            : Seen.of(List.of());
    if (!policies.complete() && policies.all().isEmpty()) {
      return new Examined.Refused(policies.unseen().orElseThrow());
    }
    if (!cluster.knowsPolicies() && asked.target().orElse(null) instanceof Target.Policy) {
      return new Examined.Done(new Facts(cluster, List.of(), List.of(), false));
    }
    List<InNamespace> spaces = new ArrayList<>();
    for (String name : namespaces(policies)) {
      Seen<GenericKubernetesResource> here = among(policies, name);
      spaces.add(look.namespace(name, here, workloads(here)));
    }
    return asked.target().isPresent()
        ? one(cluster, spaces.getFirst(), asked.target().get())
        : new Examined.Done(new Facts(cluster, spaces, all(cluster, spaces), true));
  }

  private List<String> namespaces(Seen<GenericKubernetesResource> policies) {
    return asked
        .namespace()
        .map(List::of)
        .orElseGet(
            () ->
                List.copyOf(
                    new TreeSet<>(
                        policies.stream().map(p -> p.getMetadata().getNamespace()).toList())));
  }

  private Set<String> workloads(Seen<GenericKubernetesResource> policies) {
    Set<String> names = new TreeSet<>();
    policies.stream()
        .flatMap(p -> Patient.text(p, "spec", "workloadRef", "name").stream())
        .forEach(names::add);
    asked.target().map(Target::name).ifPresent(names::add);
    return names;
  }

  private static Seen<GenericKubernetesResource> among(
      Seen<GenericKubernetesResource> policies, String namespace) {
    return new Seen<>(
        policies.stream().filter(p -> p.getMetadata().getNamespace().equals(namespace)).toList(),
        policies.unseen());
  }

  private static List<Patient> all(ClusterFacts cluster, List<InNamespace> spaces) {
    return spaces.stream()
        .flatMap(s -> s.policies().stream().map(p -> Patient.of(cluster, s, p)))
        .toList();
  }

  private static Examined one(ClusterFacts cluster, InNamespace space, Target target) {
    List<Patient> policies = all(cluster, List.of(space));
    return switch (target) {
      case Target.Policy(String name) -> {
        List<Patient> named = policies.stream().filter(p -> p.policyName().equals(name)).toList();
        yield named.isEmpty()
            ? new Examined.Unknown(
                "policy", name, policies.stream().map(Patient::policyName).toList())
            : new Examined.Done(new Facts(cluster, List.of(space), named, false));
      }
      case Target.Workload(String name) -> workload(cluster, space, policies, name);
    };
  }

  private static Examined workload(
      ClusterFacts cluster, InNamespace space, List<Patient> policies, String name) {
    Seen<Deployment> all = space.of(Deployment.class);
    Optional<Deployment> there = space.deployment(name);
    List<Patient> released = policies.stream().filter(p -> p.name().equals(name)).toList();
    if (there.isEmpty() && released.isEmpty()) {
      return all.complete()
          ? new Examined.Unknown(
              "Deployment", name, all.stream().map(d -> d.getMetadata().getName()).toList())
          : new Examined.Refused(all.unseen().orElseThrow());
    }
    List<Patient> patients =
        released.isEmpty()
            ? there.stream().map(d -> Patient.of(cluster, space, d)).toList()
            : released;
    return new Examined.Done(new Facts(cluster, List.of(space), patients, false));
  }
}
