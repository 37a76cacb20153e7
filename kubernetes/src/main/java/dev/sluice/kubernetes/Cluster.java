package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Everything that Sluice looks at, of one namespace or of all, kept up to date by one watch a kind.
 * Looking costs the API server nothing.
 */
public final class Cluster implements AutoCloseable {
  /** Where the objects of Sluice are. */
  static ResourceDefinitionContext sluice(String kind, String plural) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("sluice.dev")
        .withVersion("v1alpha1")
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }

  public static final ResourceDefinitionContext POLICIES =
      sluice("ReleasePolicy", "releasepolicies");
  public static final ResourceDefinitionContext RELEASES = sluice("Release", "releases");
  public static final ResourceDefinitionContext COMMANDS =
      sluice("ReleaseCommand", "releasecommands");
  public static final ResourceDefinitionContext TEMPLATES =
      sluice("MetricTemplate", "metrictemplates");
  public static final ResourceDefinitionContext CLUSTER_TEMPLATES =
      new ResourceDefinitionContext.Builder()
          .withGroup("sluice.dev")
          .withVersion("v1alpha1")
          .withKind("ClusterMetricTemplate")
          .withPlural("clustermetrictemplates")
          .withNamespaced(false)
          .build();

  private static final int TOO_MANY = 429;

  private final KubernetesClient client;
  private final List<Watched<?>> watched = new ArrayList<>();
  private final Watched<Deployment> deployments;
  private final Watched<ReplicaSet> sets;
  private final Watched<Pod> pods;
  private final Watched<Service> services;
  private final Watched<PodDisruptionBudget> budgets;
  private final Optional<Watched<Ingress>> ingresses;
  private final Optional<Watched<HTTPRoute>> httpRoutes;
  private final Optional<Watched<GRPCRoute>> grpcRoutes;
  private final Optional<Watched<GenericKubernetesResource>> policies;
  private final Optional<Watched<GenericKubernetesResource>> commands;
  private final Optional<Watched<GenericKubernetesResource>> templates;
  private final Optional<Watched<GenericKubernetesResource>> clusterTemplates;

  /** What is watched beside workloads, their pods, Services and budgets. */
  private record Kinds(boolean httpRoutes, boolean grpcRoutes, boolean ingresses, boolean sluice) {
    static final Kinds ALL = new Kinds(true, true, true, true);

    /** What a policy for that workload names: of nothing else the rights are needed. */
    static Kinds of(Workload workload) {
      return new Kinds(
          !workload.httpRoutes().isEmpty(),
          !workload.grpcRoutes().isEmpty(),
          !workload.ingresses().isEmpty(),
          false);
    }
  }

  /**
   * Begins to watch; nothing is known before {@link #synced}.
   *
   * @param namespace empty: all
   * @param changed hears of every object that came, changed or went; it must be quick
   */
  public Cluster(
      KubernetesClient client, Optional<String> namespace, Consumer<HasMetadata> changed) {
    this(client, namespace, Kinds.ALL, changed);
  }

  /**
   * Where nothing of Sluice is installed, for whoever has rights in one namespace and no more: of
   * routes only such kinds are looked at as the workload has.
   */
  public static Cluster withoutSluice(
      KubernetesClient client, Workload workload, Consumer<HasMetadata> changed) {
    return new Cluster(client, Optional.of(workload.namespace()), Kinds.of(workload), changed);
  }

  private Cluster(
      KubernetesClient client,
      Optional<String> namespace,
      Kinds kinds,
      Consumer<HasMetadata> changed) {
    this.client = client;
    this.deployments = watch(client.apps().deployments(), namespace, changed);
    this.sets = watch(client.apps().replicaSets(), namespace, changed);
    this.pods = watch(client.pods(), namespace, changed);
    this.services = watch(client.services(), namespace, changed);
    this.budgets = watch(client.policy().v1().podDisruptionBudget(), namespace, changed);
    this.ingresses =
        kinds.ingresses()
            ? Optional.of(watch(client.network().v1().ingresses(), namespace, changed))
            : Optional.empty();
    this.httpRoutes =
        kinds.httpRoutes() ? watchIfServed(HTTPRoute.class, namespace, changed) : Optional.empty();
    this.grpcRoutes =
        kinds.grpcRoutes() ? watchIfServed(GRPCRoute.class, namespace, changed) : Optional.empty();
    this.policies = watchIf(kinds.sluice(), POLICIES, namespace, changed);
    this.commands = watchIf(kinds.sluice(), COMMANDS, namespace, changed);
    this.templates = watchIf(kinds.sluice(), TEMPLATES, namespace, changed);
    this.clusterTemplates =
        watchIf(kinds.sluice() && namespace.isEmpty(), CLUSTER_TEMPLATES, namespace, changed);
  }

  private <T extends HasMetadata> Watched<T> watch(
      MixedOperation<T, ?, ?> kind, Optional<String> namespace, Consumer<HasMetadata> changed) {
    SharedIndexInformer<T> informer =
        namespace.isPresent()
            ? kind.inNamespace(namespace.get()).runnableInformer(0)
            : kind.inAnyNamespace().runnableInformer(0);
    // Not to list what may not be listed is said at once; all else is tried again, with back-off.
    informer.exceptionHandler((started, why) -> started || passes(why));
    Watched<T> all = new Watched<>(informer, changed::accept);
    watched.add(all);
    return all;
  }

  /**
   * Not reached, not answered in time, too busy, or a kind that has just come: "storage is
   * (re)initializing", 429.
   */
  static boolean passes(Throwable why) {
    for (Throwable cause = why; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException e) {
        return ApiFailure.isUnanswered(e) || e.getCode() == TOO_MANY || e.getCode() >= 500;
      }
      // The client does not make an exception of its own of these.
      if (cause instanceof TimeoutException || cause instanceof IOException) {
        return true;
      }
    }
    return false;
  }

  private Optional<Watched<GenericKubernetesResource>> watchIf(
      boolean wanted,
      ResourceDefinitionContext kind,
      Optional<String> namespace,
      Consumer<HasMetadata> changed) {
    return wanted
        ? Optional.of(watch(client.genericKubernetesResources(kind), namespace, changed))
        : Optional.empty();
  }

  private <T extends HasMetadata> Optional<Watched<T>> watchIfServed(
      Class<T> kind, Optional<String> namespace, Consumer<HasMetadata> changed) {
    return client.supports(kind)
        ? Optional.of(watch(client.resources(kind), namespace, changed))
        : Optional.empty();
  }

  /**
   * Returns when everything that there is has been seen once.
   *
   * @throws TimeoutException naming the kind that could not be listed in time
   */
  public void synced(Duration within)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + within.toNanos();
    List<CompletableFuture<Void>> started =
        watched.stream().map(w -> w.informer().start().toCompletableFuture()).toList();
    for (int i = 0; i < started.size(); i++) {
      try {
        started.get(i).get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        TimeoutException said =
            new TimeoutException(
                "The API server has not listed all %s within %d s."
                    .formatted(
                        watched.get(i).informer().getApiTypeClass().getSimpleName(),
                        within.toSeconds()));
        said.initCause(e);
        throw said;
      }
    }
  }

  public KubernetesClient client() {
    return client;
  }

  public Watched<Deployment> deployments() {
    return deployments;
  }

  Watched<ReplicaSet> sets() {
    return sets;
  }

  public Watched<Pod> pods() {
    return pods;
  }

  public Watched<Service> services() {
    return services;
  }

  public Watched<PodDisruptionBudget> budgets() {
    return budgets;
  }

  /** Empty where a release has none. */
  public Optional<Watched<Ingress>> ingresses() {
    return ingresses;
  }

  /** Empty where the cluster does not have the Gateway API. */
  public Optional<Watched<HTTPRoute>> httpRoutes() {
    return httpRoutes;
  }

  /** Empty where the cluster does not have that kind of the Gateway API. */
  public Optional<Watched<GRPCRoute>> grpcRoutes() {
    return grpcRoutes;
  }

  /** None where nothing of Sluice is looked at. */
  public List<GenericKubernetesResource> policies() {
    return policies.map(Watched::all).orElse(List.of());
  }

  /** Empty where nothing of Sluice is looked at, too. */
  public Optional<GenericKubernetesResource> policy(String namespace, String name) {
    return policies.flatMap(all -> all.get(namespace, name));
  }

  /** Empty where nothing of Sluice is looked at. */
  Optional<Watched<GenericKubernetesResource>> commands() {
    return commands;
  }

  /** None where nothing of Sluice is looked at. */
  public Optional<Watched<GenericKubernetesResource>> templates() {
    return templates;
  }

  /** Empty where only one namespace is looked at: its operator may not list what is outside. */
  public Optional<Watched<GenericKubernetesResource>> clusterTemplates() {
    return clusterTemplates;
  }

  /**
   * Whether this API server can hold, pin and split by itself: MutatingAdmissionPolicies.
   *
   * @throws IOException if it does not say
   */
  public boolean admits() throws IOException {
    try {
      APIResourceList served = client.getApiResources("admissionregistration.k8s.io/v1");
      return served != null
          && served.getResources().stream()
              .anyMatch(r -> "MutatingAdmissionPolicy".equals(r.getKind()));
    } catch (KubernetesClientException e) {
      throw ApiFailure.of("Which kinds this API server has was not answered", e);
    }
  }

  /** For {@link Concern}. */
  public Concern.Around around() {
    return new Concern.Around() {
      @Override
      public Optional<String> deploymentOf(String namespace, String set) {
        return sets.get(namespace, set)
            .flatMap(s -> Optional.ofNullable(s.getMetadata().getOwnerReferences()))
            .flatMap(
                owners ->
                    owners.stream()
                        .filter(o -> "Deployment".equals(o.getKind()))
                        .map(OwnerReference::getName)
                        .findFirst());
      }

      @Override
      public Optional<Deployment> deployment(String namespace, String name) {
        return deployments.get(namespace, name);
      }
    };
  }

  @Override
  public void close() {
    watched.forEach(Watched::close);
  }
}
