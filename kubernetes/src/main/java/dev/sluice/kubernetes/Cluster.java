package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
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

  private final KubernetesClient client;
  private final List<Watched<?>> watched = new ArrayList<>();
  private final Watched<Deployment> deployments;
  private final Watched<ReplicaSet> sets;
  private final Watched<Pod> pods;
  private final Watched<Service> services;
  private final Watched<PodDisruptionBudget> budgets;
  private final Watched<Ingress> ingresses;
  private final Optional<Watched<HTTPRoute>> httpRoutes;
  private final Optional<Watched<GRPCRoute>> grpcRoutes;
  private final Watched<GenericKubernetesResource> policies;
  private final Watched<GenericKubernetesResource> commands;
  private final Watched<GenericKubernetesResource> templates;
  private final Optional<Watched<GenericKubernetesResource>> clusterTemplates;

  /**
   * Begins to watch; nothing is known before {@link #synced}.
   *
   * @param namespace empty: all
   * @param changed hears of every object that came, changed or went; it must be quick
   */
  public Cluster(
      KubernetesClient client, Optional<String> namespace, Consumer<HasMetadata> changed) {
    this.client = client;
    this.deployments = watch(client.apps().deployments(), namespace, changed);
    this.sets = watch(client.apps().replicaSets(), namespace, changed);
    this.pods = watch(client.pods(), namespace, changed);
    this.services = watch(client.services(), namespace, changed);
    this.budgets = watch(client.policy().v1().podDisruptionBudget(), namespace, changed);
    this.ingresses = watch(client.network().v1().ingresses(), namespace, changed);
    this.httpRoutes = watchIfServed(HTTPRoute.class, namespace, changed);
    this.grpcRoutes = watchIfServed(GRPCRoute.class, namespace, changed);
    this.policies = watch(client.genericKubernetesResources(POLICIES), namespace, changed);
    this.commands = watch(client.genericKubernetesResources(COMMANDS), namespace, changed);
    this.templates = watch(client.genericKubernetesResources(TEMPLATES), namespace, changed);
    this.clusterTemplates =
        namespace.isPresent()
            ? Optional.empty()
            : Optional.of(
                watch(client.genericKubernetesResources(CLUSTER_TEMPLATES), namespace, changed));
  }

  private <T extends HasMetadata> Watched<T> watch(
      MixedOperation<T, ?, ?> kind, Optional<String> namespace, Consumer<HasMetadata> changed) {
    SharedIndexInformer<T> informer =
        namespace.isPresent()
            ? kind.inNamespace(namespace.get()).runnableInformer(0)
            : kind.inAnyNamespace().runnableInformer(0);
    Watched<T> all = new Watched<>(informer, changed::accept);
    watched.add(all);
    return all;
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

  public Watched<Ingress> ingresses() {
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

  public Watched<GenericKubernetesResource> policies() {
    return policies;
  }

  Watched<GenericKubernetesResource> commands() {
    return commands;
  }

  public Watched<GenericKubernetesResource> templates() {
    return templates;
  }

  /** Empty where only one namespace is looked at: its operator may not list what is outside. */
  public Optional<Watched<GenericKubernetesResource>> clusterTemplates() {
    return clusterTemplates;
  }

  @Override
  public void close() {
    watched.forEach(Watched::close);
  }
}
