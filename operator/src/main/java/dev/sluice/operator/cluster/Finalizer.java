package dev.sluice.operator.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.kubernetes.ApiFailure;
import dev.sluice.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a policy that is deleted until nothing of its release is left: what it remembers is in its
 * own status.
 */
final class Finalizer {
  private static final String NAME = "sluice.dev/leave";
  private static final int NOT_FOUND = 404;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Finalizer() {}

  static boolean isLeaving(GenericKubernetesResource policy) {
    return policy.getMetadata().getDeletionTimestamp() != null;
  }

  /**
   * @throws IOException if it cannot be written; nothing may be released then
   */
  static void put(KubernetesClient client, GenericKubernetesResource policy) throws IOException {
    List<String> now = finalizers(policy);
    if (!now.contains(NAME)) {
      List<String> more = new ArrayList<>(now);
      more.add(NAME);
      write(client, policy, more);
    }
  }

  /** Lets the policy go. */
  static void remove(KubernetesClient client, GenericKubernetesResource policy) throws IOException {
    List<String> less = new ArrayList<>(finalizers(policy));
    if (less.remove(NAME)) {
      write(client, policy, less);
    }
  }

  private static List<String> finalizers(GenericKubernetesResource policy) {
    return Optional.ofNullable(policy.getMetadata().getFinalizers()).orElse(List.of());
  }

  private static void write(
      KubernetesClient client, GenericKubernetesResource policy, List<String> finalizers)
      throws IOException {
    ObjectNode patch = JSON.createObjectNode();
    ArrayNode list = patch.putObject("metadata").putArray("finalizers");
    finalizers.forEach(list::add);
    try {
      client
          .genericKubernetesResources(Cluster.POLICIES)
          .inNamespace(policy.getMetadata().getNamespace())
          .withName(policy.getMetadata().getName())
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
    } catch (KubernetesClientException e) {
      if (e.getCode() != NOT_FOUND) {
        throw ApiFailure.of(
            "The finalizer of the policy %s was not written"
                .formatted(policy.getMetadata().getName()),
            e);
      }
    }
  }
}
