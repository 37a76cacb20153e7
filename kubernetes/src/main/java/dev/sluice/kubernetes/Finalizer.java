package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keeps a policy that is deleted until nothing of its release is left: what it remembers is in its
 * own status.
 */
public final class Finalizer {
  private static final String NAME = "sluice.dev/leave";
  private static final int NOT_FOUND = 404;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Finalizer() {}

  /** Whether somebody has deleted it. */
  public static boolean isLeaving(GenericKubernetesResource policy) {
    return policy.getMetadata().getDeletionTimestamp() != null;
  }

  /**
   * Keeps the policy from now on.
   *
   * @throws IOException if it cannot be written; nothing may be released then
   */
  public static void put(KubernetesClient client, GenericKubernetesResource policy)
      throws IOException {
    if (!finalizers(policy).contains(NAME)) {
      change(client, policy, all -> !all.contains(NAME) && all.add(NAME));
    }
  }

  /**
   * Lets the policy go.
   *
   * @throws IOException if it cannot be written; to be tried again
   */
  public static void remove(KubernetesClient client, GenericKubernetesResource policy)
      throws IOException {
    change(client, policy, all -> all.remove(NAME));
  }

  private static List<String> finalizers(GenericKubernetesResource policy) {
    return new ArrayList<>(
        Optional.ofNullable(policy.getMetadata().getFinalizers()).orElse(List.of()));
  }

  /**
   * Those of others come and go while a policy leaves (the garbage collector's own, where it is
   * deleted in the foreground), and one that is gone may not be written again: so it is read first.
   *
   * @param change says whether it did
   */
  private static void change(
      KubernetesClient client, GenericKubernetesResource policy, Predicate<List<String>> change)
      throws IOException {
    Resource<GenericKubernetesResource> there =
        client
            .genericKubernetesResources(Cluster.POLICIES)
            .inNamespace(policy.getMetadata().getNamespace())
            .withName(policy.getMetadata().getName());
    try {
      GenericKubernetesResource now = there.get();
      if (now == null || !now.getMetadata().getUid().equals(policy.getMetadata().getUid())) {
        return;
      }
      List<String> finalizers = finalizers(now);
      if (change.test(finalizers)) {
        ObjectNode patch = JSON.createObjectNode();
        ArrayNode list =
            patch
                .putObject("metadata")
                .put("resourceVersion", now.getMetadata().getResourceVersion())
                .putArray("finalizers");
        finalizers.forEach(list::add);
        there.patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
      }
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
