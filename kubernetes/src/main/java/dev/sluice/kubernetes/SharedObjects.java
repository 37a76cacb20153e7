package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What stable's pods and the candidate's would share: volumes that only one node may use, and
 * ConfigMaps that have changed under stable's feet. They are not watched; the API server is asked,
 * before a release starts and at no other time. Secrets are never read.
 */
public final class SharedObjects {
  private static final Set<String> FOR_MANY = Set.of("ReadWriteMany", "ReadOnlyMany");

  private final KubernetesClient client;
  private final String namespace;

  SharedObjects(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * Why two versions cannot share them, a sentence each.
   *
   * @param stable the set that serves now
   * @param candidate the pods that are asked for
   */
  List<String> refusals(ReplicaSet stable, PodSpec candidate) {
    PodSpec now = stable.getSpec().getTemplate().getSpec();
    Instant since = Instant.parse(stable.getMetadata().getCreationTimestamp());
    List<String> why = new ArrayList<>();
    Set<String> shared = configs(now);
    shared.retainAll(configs(candidate));
    shared.forEach(name -> config(name, since).ifPresent(why::add));
    Set<String> claims = claims(now);
    claims.retainAll(claims(candidate));
    claims.forEach(name -> claim(name).ifPresent(why::add));
    return why;
  }

  /** One that changed after stable began: its pods, started again, would not be what they were. */
  private Optional<String> config(String name, Instant since) {
    try {
      ConfigMap map = client.configMaps().inNamespace(namespace).withName(name).get();
      return map == null ? Optional.empty() : changed(map, since);
    } catch (KubernetesClientException e) {
      return Optional.of(
          "Nobody can say whether the ConfigMap %s has changed since stable's pods were made: %s."
              .formatted(name, ApiFailure.said(e)));
    }
  }

  /** Why stable's pods, made then, would not be what they were. */
  public static Optional<String> changed(ConfigMap map, Instant since) {
    if (Boolean.TRUE.equals(map.getImmutable())) {
      return Optional.empty();
    }
    return Stream.ofNullable(map.getMetadata().getManagedFields())
        .flatMap(List::stream)
        .filter(SharedObjects::ofData)
        .map(ManagedFieldsEntry::getTime)
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .filter(since::isBefore)
        .max(Instant::compareTo)
        .map(
            at ->
                "The ConfigMap %s was changed at %s, after stable's pods were made, and both versions read it: a way back would not bring back what it said. Give each content a name of its own (kustomize's configMapGenerator does)."
                    .formatted(map.getMetadata().getName(), at));
  }

  private static boolean ofData(ManagedFieldsEntry entry) {
    return entry.getFieldsV1() != null
        && (entry.getFieldsV1().getAdditionalProperties().containsKey("f:data")
            || entry.getFieldsV1().getAdditionalProperties().containsKey("f:binaryData"));
  }

  private Optional<String> claim(String name) {
    try {
      PersistentVolumeClaim claim =
          client.persistentVolumeClaims().inNamespace(namespace).withName(name).get();
      return claim == null ? Optional.empty() : ofOneNode(claim);
    } catch (KubernetesClientException e) {
      return Optional.of(
          "Nobody can say whether two versions can share the volume claim %s: %s."
              .formatted(name, ApiFailure.said(e)));
    }
  }

  /** Why pods of two versions cannot use it. */
  public static Optional<String> ofOneNode(PersistentVolumeClaim claim) {
    return claim.getSpec().getAccessModes().stream().anyMatch(FOR_MANY::contains)
        ? Optional.empty()
        : Optional.of(
            "The volume claim %s is %s: pods of two versions cannot use it on two nodes at once. Use one that is ReadWriteMany or ReadOnlyMany, or release without it."
                .formatted(
                    claim.getMetadata().getName(),
                    String.join(", ", claim.getSpec().getAccessModes())));
  }

  /** Those that the pods have volumes of. */
  public static Set<String> claims(PodSpec pods) {
    Set<String> names = new TreeSet<>();
    for (Volume volume : pods.getVolumes()) {
      if (volume.getPersistentVolumeClaim() != null) {
        names.add(volume.getPersistentVolumeClaim().getClaimName());
      }
    }
    return names;
  }

  /** Those that the pods read. */
  public static Set<String> configs(PodSpec pods) {
    Set<String> names = new TreeSet<>();
    for (Volume volume : pods.getVolumes()) {
      if (volume.getConfigMap() != null) {
        names.add(volume.getConfigMap().getName());
      }
      if (volume.getProjected() != null) {
        volume.getProjected().getSources().stream()
            .filter(s -> s.getConfigMap() != null)
            .forEach(s -> names.add(s.getConfigMap().getName()));
      }
    }
    Stream.concat(pods.getContainers().stream(), pods.getInitContainers().stream())
        .forEach(container -> configs(container, names));
    return names;
  }

  private static void configs(Container container, Set<String> names) {
    container.getEnvFrom().stream()
        .filter(from -> from.getConfigMapRef() != null)
        .forEach(from -> names.add(from.getConfigMapRef().getName()));
    for (EnvVar variable : container.getEnv()) {
      if (variable.getValueFrom() != null && variable.getValueFrom().getConfigMapKeyRef() != null) {
        names.add(variable.getValueFrom().getConfigMapKeyRef().getName());
      }
    }
  }
}
