package dev.sluice.kubernetes;

import dev.sluice.kubernetes.admission.Guard;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
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

  private static final String ADMISSION = "admissionregistration.k8s.io";
  private static final String MUTATING = "MutatingAdmissionPolicy";

  /** Sluice's own, by which the API server holds; with their plurals. */
  private static final Map<String, String> GUARDS =
      new TreeMap<>(
          Map.of(
              MUTATING,
              "mutatingadmissionpolicies",
              MUTATING + "Binding",
              "mutatingadmissionpolicybindings",
              "ValidatingAdmissionPolicy",
              "validatingadmissionpolicies",
              "ValidatingAdmissionPolicyBinding",
              "validatingadmissionpolicybindings"));

  private final KubernetesClient client;
  private final Optional<String> namespace;
  private final Cache.Maker caches;
  private final Consumer<HasMetadata> changed;
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
  private final List<Watched<GenericKubernetesResource>> guards;
  private final Optional<Guard> guard;

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
    this(client, namespace, InformerCache::of, changed);
  }

  /**
   * @param caches what has been heard of each kind
   */
  public Cluster(
      KubernetesClient client,
      Optional<String> namespace,
      Cache.Maker caches,
      Consumer<HasMetadata> changed) {
    this(client, namespace, Kinds.ALL, caches, changed);
  }

  /**
   * Where nothing of Sluice is installed, for whoever has rights in one namespace and no more: of
   * routes only such kinds are looked at as the workload has.
   */
  public static Cluster withoutSluice(
      KubernetesClient client, Workload workload, Consumer<HasMetadata> changed) {
    return new Cluster(
        client, Optional.of(workload.namespace()), Kinds.of(workload), InformerCache::of, changed);
  }

  /**
   * As it is at this moment, for whoever only looks, by their own rights: each kind is listed once,
   * and nothing is watched.
   *
   * @param unseen hears of a kind that could not be listed, and why
   */
  public static Cluster atOnce(
      KubernetesClient client,
      Workload workload,
      BiConsumer<String, KubernetesClientException> unseen) {
    Cluster cluster =
        new Cluster(
            client,
            Optional.of(workload.namespace()),
            Kinds.of(workload),
            new Cache.Maker() {
              @Override
              public <T extends HasMetadata> Cache<T> of(
                  String kind, MixedOperation<T, ?, ?> all, Optional<String> namespace) {
                return new ListedCache<>(kind, all, namespace, unseen);
              }
            },
            _ -> {});
    cluster.watched.forEach(
        all -> {
          var _ = all.start();
        });
    return cluster;
  }

  private Cluster(
      KubernetesClient client,
      Optional<String> namespace,
      Kinds kinds,
      Cache.Maker caches,
      Consumer<HasMetadata> changed) {
    this.client = client;
    this.namespace = namespace;
    this.caches = caches;
    this.changed = changed;
    this.deployments = watch("Deployment", client.apps().deployments());
    this.sets = watch("ReplicaSet", client.apps().replicaSets());
    this.pods = watch("Pod", client.pods());
    this.services = watch("Service", client.services());
    this.budgets = watch("PodDisruptionBudget", client.policy().v1().podDisruptionBudget());
    this.ingresses =
        kinds.ingresses()
            ? Optional.of(watch("Ingress", client.network().v1().ingresses()))
            : Optional.empty();
    this.httpRoutes = kinds.httpRoutes() ? watchIfServed(HTTPRoute.class) : Optional.empty();
    this.grpcRoutes = kinds.grpcRoutes() ? watchIfServed(GRPCRoute.class) : Optional.empty();
    this.policies = watchIf(kinds.sluice(), POLICIES);
    this.commands = watchIf(kinds.sluice(), COMMANDS);
    this.templates = watchIf(kinds.sluice(), TEMPLATES);
    this.clusterTemplates = watchIf(kinds.sluice() && namespace.isEmpty(), CLUSTER_TEMPLATES);
    boolean guarded = kinds.sluice() && client.supports(ADMISSION + "/v1", MUTATING);
    this.guard = guarded ? Optional.of(new Guard(namespace)) : Optional.empty();
    this.guards =
        guarded
            ? GUARDS.entrySet().stream().map(e -> guard(e.getKey(), e.getValue())).toList()
            : List.of();
  }

  /** Policies of the cluster, whatever namespace is looked at. */
  private Watched<GenericKubernetesResource> guard(String kind, String plural) {
    ResourceDefinitionContext context =
        new ResourceDefinitionContext.Builder()
            .withGroup(ADMISSION)
            .withVersion("v1")
            .withKind(kind)
            .withPlural(plural)
            .withNamespaced(false)
            .build();
    Watched<GenericKubernetesResource> all =
        new Watched<>(
            kind,
            caches.of(kind, client.genericKubernetesResources(context), Optional.empty()),
            this::guardChanged);
    watched.add(all);
    return all;
  }

  private void guardChanged(GenericKubernetesResource policy) {
    int before = guard.orElseThrow().changes();
    guardLooks();
    if (guard.get().changes() != before) {
      changed.accept(policy);
    }
  }

  /** Of all kinds at once: nobody may go back to what was before another's news. */
  private void guardLooks() {
    synchronized (watched) {
      guard.ifPresent(g -> g.look(guards.stream().flatMap(w -> w.all().stream()).toList()));
    }
  }

  private <T extends HasMetadata> Watched<T> watch(String kind, MixedOperation<T, ?, ?> objects) {
    Watched<T> all = new Watched<>(kind, caches.of(kind, objects, namespace), changed::accept);
    watched.add(all);
    return all;
  }

  private Optional<Watched<GenericKubernetesResource>> watchIf(
      boolean wanted, ResourceDefinitionContext kind) {
    return wanted
        ? Optional.of(watch(kind.getKind(), client.genericKubernetesResources(kind)))
        : Optional.empty();
  }

  private <T extends HasMetadata> Optional<Watched<T>> watchIfServed(Class<T> kind) {
    return client.supports(kind)
        ? Optional.of(watch(kind.getSimpleName(), client.resources(kind)))
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
        watched.stream().<CompletableFuture<Void>>map(Watched::start).toList();
    for (int i = 0; i < started.size(); i++) {
      try {
        started.get(i).get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        TimeoutException said =
            new TimeoutException(
                "The API server has not listed all %s within %d s."
                    .formatted(watched.get(i).kind(), within.toSeconds()));
        said.initCause(e);
        throw said;
      }
    }
    guardLooks();
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
   * Whether the API server holds, pins and splits by itself; empty: it cannot, for it has no
   * MutatingAdmissionPolicies, or nothing of Sluice is looked at.
   */
  public Optional<Guard> guard() {
    return guard;
  }

  /** Whether that is one of the policies that the guard is about. */
  public static boolean guards(HasMetadata object) {
    return GUARDS.containsKey(object.getKind());
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
