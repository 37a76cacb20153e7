package dev.sluice.kubernetes.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What is around a workload and no release looks at: each kind is listed once, by the rights of
 * whoever asks.
 *
 * @param nodes empty: they may not be looked at
 * @param pods of all namespaces; empty: they may not be looked at
 * @param attached objects of kinds that may be attached to others by name
 */
public record Around(
    List<ResourceQuota> quotas,
    List<LimitRange> ranges,
    List<HorizontalPodAutoscaler> autoscalers,
    Optional<List<Node>> nodes,
    Optional<List<Pod>> pods,
    List<JsonNode> attached) {
  /** Kinds of policy attachment by the habit of the Gateway API, and Istio's own. */
  private static final Pattern ATTACHED =
      Pattern.compile(".*Policy|DestinationRule|.*Filter|BackendConfig|ServiceResolver");

  /** They select pods, or are Sluice's and Kubernetes' own. */
  private static final Set<String> OTHERS =
      Set.of("sluice.dev", "networking.k8s.io", "policy", "admissionregistration.k8s.io");

  private static final int MOST_KINDS = 60;

  public Around {
    quotas = List.copyOf(quotas);
    ranges = List.copyOf(ranges);
    autoscalers = List.copyOf(autoscalers);
    attached = List.copyOf(attached);
  }

  /**
   * @param unseen gets what may not be looked at
   */
  public static Around of(KubernetesClient client, Workload workload, Unseen unseen) {
    String namespace = workload.namespace();
    return new Around(
        here(client, ResourceQuota.class, namespace, unseen).orElse(List.of()),
        here(client, LimitRange.class, namespace, unseen).orElse(List.of()),
        here(client, HorizontalPodAutoscaler.class, namespace, unseen).orElse(List.of()),
        listed("Node", () -> client.nodes().list().getItems(), unseen),
        listed(
            "Pod (of all namespaces)",
            () -> client.pods().inAnyNamespace().list().getItems(),
            unseen),
        workload.route().isPresent() ? attached(client, namespace, unseen) : List.of());
  }

  /** The Deployment and all that a policy names of it, as the one look has it. */
  static List<HasMetadata> named(Cluster cluster, Workload workload) {
    List<HasMetadata> named = new ArrayList<>();
    String namespace = workload.namespace();
    cluster.deployments().get(namespace, workload.deployment()).ifPresent(named::add);
    List<String> services = new ArrayList<>(workload.services());
    services.add(workload.candidate());
    workload.preview().ifPresent(services::add);
    services.forEach(s -> cluster.services().get(namespace, s).ifPresent(named::add));
    workload
        .httpRoutes()
        .forEach(
            r ->
                cluster
                    .httpRoutes()
                    .flatMap(all -> all.get(namespace, r.name()))
                    .ifPresent(named::add));
    workload
        .grpcRoutes()
        .forEach(
            r ->
                cluster
                    .grpcRoutes()
                    .flatMap(all -> all.get(namespace, r.name()))
                    .ifPresent(named::add));
    return named;
  }

  private static <T extends HasMetadata> Optional<List<T>> here(
      KubernetesClient client, Class<T> kind, String namespace, Unseen unseen) {
    return listed(
        kind.getSimpleName(),
        () -> client.resources(kind).inNamespace(namespace).list().getItems(),
        unseen);
  }

  private static <T> Optional<List<T>> listed(String kind, Supplier<List<T>> list, Unseen unseen) {
    try {
      return Optional.of(list.get());
    } catch (KubernetesClientException e) {
      unseen.add(kind, e);
      return Optional.empty();
    }
  }

  private static List<JsonNode> attached(KubernetesClient client, String namespace, Unseen unseen) {
    List<JsonNode> all = new ArrayList<>();
    for (ResourceDefinitionContext kind : kinds(client, unseen)) {
      listed(
              kind.getKind(),
              () ->
                  client.genericKubernetesResources(kind).inNamespace(namespace).list().getItems(),
              unseen)
          .orElse(List.of())
          .forEach(object -> all.add(json(client, kind.getKind(), object)));
    }
    return all;
  }

  private static JsonNode json(
      KubernetesClient client, String kind, GenericKubernetesResource object) {
    object.setKind(kind);
    return client.getKubernetesSerialization().convertValue(object, JsonNode.class);
  }

  private static List<ResourceDefinitionContext> kinds(KubernetesClient client, Unseen unseen) {
    List<ResourceDefinitionContext> kinds = new ArrayList<>();
    List<APIGroup> groups =
        listed("API group", () -> client.getApiGroups().getGroups(), unseen).orElse(List.of());
    for (APIGroup group : groups) {
      boolean theirs = !OTHERS.contains(group.getName()) && group.getName().contains(".");
      if (theirs && group.getPreferredVersion() != null) {
        String version = group.getPreferredVersion().getGroupVersion();
        listed(group.getName(), () -> client.getApiResources(version).getResources(), unseen)
            .orElse(List.of())
            .forEach(r -> kind(group, r).ifPresent(kinds::add));
      }
    }
    if (kinds.size() > MOST_KINDS) {
      unseen.add(
          "Of %d kinds that may be attached to a Service only %d were looked at."
              .formatted(kinds.size(), MOST_KINDS));
    }
    return kinds.stream().limit(MOST_KINDS).toList();
  }

  private static Optional<ResourceDefinitionContext> kind(APIGroup group, APIResource resource) {
    boolean listable = Optional.ofNullable(resource.getVerbs()).orElse(List.of()).contains("list");
    return listable
            && Boolean.TRUE.equals(resource.getNamespaced())
            && ATTACHED.matcher(resource.getKind()).matches()
        ? Optional.of(
            new ResourceDefinitionContext.Builder()
                .withGroup(group.getName())
                .withVersion(group.getPreferredVersion().getVersion())
                .withKind(resource.getKind())
                .withPlural(resource.getName())
                .withNamespaced(true)
                .build())
        : Optional.empty();
  }
}
