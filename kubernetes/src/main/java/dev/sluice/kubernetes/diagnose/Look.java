package dev.sluice.kubernetes.diagnose;

import dev.sluice.kubernetes.ApiFailure;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.SharedObjects;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The questions to the API server: one a kind, and what it refuses is remembered as unseen. */
final class Look {
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final long PAGE = 500;

  /** Of a kind in a namespace; nobody reads findings about more. */
  private static final int MOST = 5000;

  private static final int MOST_CONFIGS = 50;
  private static final String ADMISSION = "admissionregistration.k8s.io";
  private static final Map<String, String> GUARDS =
      Map.of(
          "MutatingAdmissionPolicy", "mutatingadmissionpolicies",
          "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings",
          "ValidatingAdmissionPolicy", "validatingadmissionpolicies",
          "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings");

  private final KubernetesClient client;
  private final Instant now;

  Look(KubernetesClient client, Instant now) {
    this.client = client;
    this.now = now;
  }

  ClusterFacts cluster(String system, Optional<String> namespace) throws ApiFailure {
    try {
      boolean known = client.supports("sluice.dev/v1alpha1", "ReleasePolicy");
      boolean admission = client.supports(ADMISSION + "/v1", "MutatingAdmissionPolicy");
      return new ClusterFacts(
          client.getKubernetesVersion().getGitVersion(),
          known,
          admission,
          system,
          namespace,
          listed(
              "The definitions of this cluster",
              client.apiextensions().v1().customResourceDefinitions()),
          admission ? guards() : Seen.of(List.of()),
          listed("The roles of this cluster", client.resources(ClusterRole.class)),
          own("The operator's own role", Role.class, "sluice-operator", system, namespace),
          leases(system, namespace),
          listed("Deployments in " + system, client.apps().deployments().inNamespace(system)),
          now);
    } catch (KubernetesClientException e) {
      throw ApiFailure.of("What this cluster serves was not read", e);
    }
  }

  private Seen<GenericKubernetesResource> guards() throws ApiFailure {
    List<GenericKubernetesResource> all = new ArrayList<>();
    for (Map.Entry<String, String> guard : GUARDS.entrySet()) {
      ResourceDefinitionContext context =
          new ResourceDefinitionContext.Builder()
              .withGroup(ADMISSION)
              .withVersion("v1")
              .withKind(guard.getKey())
              .withPlural(guard.getValue())
              .withNamespaced(false)
              .build();
      Seen<GenericKubernetesResource> some =
          listed("The admission policies", client.genericKubernetesResources(context));
      if (!some.complete()) {
        return some;
      }
      all.addAll(some.all());
    }
    return Seen.of(all);
  }

  private Seen<Lease> leases(String system, Optional<String> namespace) throws ApiFailure {
    Seen<Lease> first = named("The operator's lease", Lease.class, system, List.of("sluice"));
    return first.stream().anyMatch(l -> ClusterRules.isHeld(l, now))
        ? first
        : own("The operator's lease", Lease.class, "sluice", system, namespace);
  }

  /** An operator for one namespace has what is its own there. */
  private <T extends HasMetadata> Seen<T> own(
      String what, Class<T> kind, String name, String system, Optional<String> namespace)
      throws ApiFailure {
    Seen<T> first = named(what, kind, system, List.of(name));
    return namespace.isEmpty() || namespace.get().equals(system)
        ? first
        : both(first, named(what, kind, namespace.get(), List.of(name)));
  }

  private static <T> Seen<T> both(Seen<T> one, Seen<T> other) {
    List<T> all = new ArrayList<>(one.all());
    all.addAll(other.all());
    return new Seen<>(all, one.unseen().or(other::unseen));
  }

  /** Objects of Sluice. */
  Seen<GenericKubernetesResource> generic(
      ResourceDefinitionContext kind, Optional<String> namespace) throws ApiFailure {
    var all = client.genericKubernetesResources(kind);
    return namespace.isPresent()
        ? listed(kind.getKind() + " objects", all.inNamespace(namespace.get()))
        : listed(kind.getKind() + " objects", all.inAnyNamespace());
  }

  /**
   * @param workloads Deployments whose ConfigMaps matter: others' are nobody's business here
   */
  InNamespace namespace(
      String name, Seen<GenericKubernetesResource> policies, Set<String> workloads)
      throws ApiFailure {
    Map<Class<?>, Seen<?>> kinds = new HashMap<>();
    kinds.put(GenericKubernetesResource.class, policies);
    for (Class<? extends HasMetadata> kind :
        List.of(
            ReplicaSet.class,
            Pod.class,
            Service.class,
            PodDisruptionBudget.class,
            HTTPRoute.class,
            GRPCRoute.class,
            Ingress.class,
            HorizontalPodAutoscaler.class,
            ResourceQuota.class,
            PersistentVolumeClaim.class)) {
      kinds.put(kind, in(name, kind));
    }
    Seen<Deployment> deployments = in(name, Deployment.class);
    kinds.put(Deployment.class, deployments);
    kinds.put(ConfigMap.class, configs(name, deployments, workloads));
    kinds.put(
        Lease.class,
        named(
            "The leases of sluice run in " + name,
            Lease.class,
            name,
            deployments.stream()
                .flatMap(d -> Marks.label(d, Marks.RUN).stream())
                .map(run -> "sluice-" + run)
                .toList()));
    return new InNamespace(name, kinds, now);
  }

  private <T extends HasMetadata> Seen<T> in(String namespace, Class<T> kind) throws ApiFailure {
    return listed(
        "%s objects in %s".formatted(kind.getSimpleName(), namespace),
        client.resources(kind).inNamespace(namespace));
  }

  private Seen<ConfigMap> configs(
      String namespace, Seen<Deployment> deployments, Set<String> workloads) throws ApiFailure {
    Set<String> names = new LinkedHashSet<>();
    deployments.stream()
        .filter(d -> workloads.contains(d.getMetadata().getName()))
        .forEach(d -> names.addAll(SharedObjects.configs(d.getSpec().getTemplate().getSpec())));
    Seen<ConfigMap> found =
        named(
            "ConfigMaps in " + namespace,
            ConfigMap.class,
            namespace,
            names.stream().limit(MOST_CONFIGS).toList());
    return names.size() <= MOST_CONFIGS
        ? found
        : new Seen<>(
            found.all(),
            Optional.of(
                "Of the ConfigMaps that Deployments in %s read only the first %d were looked at."
                    .formatted(namespace, MOST_CONFIGS)));
  }

  private <T extends HasMetadata> Seen<T> named(
      String what, Class<T> kind, String namespace, List<String> names) throws ApiFailure {
    List<T> found = new ArrayList<>();
    for (String name : names) {
      try {
        Optional.ofNullable(client.resources(kind).inNamespace(namespace).withName(name).get())
            .ifPresent(found::add);
      } catch (KubernetesClientException e) {
        return Seen.not(unseen(what, e));
      }
    }
    return Seen.of(found);
  }

  /** A kind that the cluster does not have has no objects. */
  private static <T extends HasMetadata> Seen<T> listed(
      String what, Listable<? extends KubernetesResourceList<T>> from) throws ApiFailure {
    List<T> all = new ArrayList<>();
    String next = "";
    do {
      try {
        KubernetesResourceList<T> page =
            from.list(
                new ListOptionsBuilder()
                    .withLimit(PAGE)
                    .withContinue(next.isEmpty() ? null : next)
                    .build());
        all.addAll(page.getItems());
        next = Optional.ofNullable(page.getMetadata().getContinue()).orElse("");
      } catch (KubernetesClientException e) {
        return e.getCode() == NOT_FOUND ? Seen.of(List.of()) : Seen.not(unseen(what, e));
      }
    } while (!next.isEmpty() && all.size() < MOST);
    return new Seen<>(
        all,
        next.isEmpty()
            ? Optional.empty()
            : Optional.of("Of %s only the first %d were looked at.".formatted(what, all.size())));
  }

  /**
   * @throws ApiFailure if that is no word about rights: then nothing can be asked
   */
  private static String unseen(String what, KubernetesClientException e) throws ApiFailure {
    ApiFailure failure = ApiFailure.of(what + " were not read", e);
    if (e.getCode() != FORBIDDEN) {
      throw failure;
    }
    return String.valueOf(failure.getMessage());
  }
}
