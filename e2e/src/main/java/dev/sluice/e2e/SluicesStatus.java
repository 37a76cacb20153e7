package dev.sluice.e2e;

import dev.sluice.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the policy of a shop and its releases say of themselves, as the API server has it now. */
final class SluicesStatus {
  private final KubernetesClient admin;
  private final String namespace;

  SluicesStatus(KubernetesClient admin, String namespace) {
    this.admin = admin;
    this.namespace = namespace;
  }

  /** The name of the release of that number. */
  static String id(int release) {
    return Shop.NAME + "-" + release;
  }

  boolean hasPolicy() {
    return policy() != null;
  }

  /** A word of the policy's status; empty: it is not there. */
  String ofPolicy(String field) {
    return word(policy(), field);
  }

  /** Whether that condition of the policy is True. */
  boolean policyIs(String type) {
    return list(policy(), "conditions").stream()
        .anyMatch(c -> type.equals(c.get("type")) && "True".equals(c.get("status")));
  }

  /** A word of a release's status; empty: it is not there. */
  String ofRelease(int release, String field) {
    return word(release(release), field);
  }

  /** Everything that was decided in it, oldest first. */
  List<String> decisions(int release) {
    return list(release(release), "decisions").stream()
        .map(d -> d.get("reason") + ": " + d.get("message"))
        .toList();
  }

  /** The names of the releases that there are, oldest first. */
  List<String> releases() {
    return admin
        .genericKubernetesResources(Cluster.RELEASES)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .map(r -> r.getMetadata().getName())
        .sorted()
        .toList();
  }

  private @Nullable GenericKubernetesResource policy() {
    return admin
        .genericKubernetesResources(Cluster.POLICIES)
        .inNamespace(namespace)
        .withName(Shop.NAME)
        .get();
  }

  private @Nullable GenericKubernetesResource release(int release) {
    return admin
        .genericKubernetesResources(Cluster.RELEASES)
        .inNamespace(namespace)
        .withName(id(release))
        .get();
  }

  private static List<Map<String, Object>> list(
      @Nullable GenericKubernetesResource object, String field) {
    return Optional.ofNullable(object)
        .map(o -> o.<List<Map<String, Object>>>get("status", field))
        .orElse(List.of());
  }

  private static String word(@Nullable GenericKubernetesResource object, String field) {
    return Optional.ofNullable(object)
        .map(o -> o.<Object>get("status", field))
        .map(Object::toString)
        .orElse("");
  }
}
