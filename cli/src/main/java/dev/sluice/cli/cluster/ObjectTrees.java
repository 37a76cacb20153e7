package dev.sluice.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.Failed;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Objects just as the API server writes them. To bind them to classes first, and those to trees
 * again, takes longer than all else that a person waits for who asks how a release goes.
 */
final class ObjectTrees {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NOT_FOUND = 404;

  /** RFC 1123: nothing has another name, and no other is ever part of an address. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");

  private final KubernetesClient client;

  ObjectTrees(KubernetesClient client) {
    this.client = client;
  }

  /**
   * @param namespace empty: all
   * @param label like {@code name=value}; empty: whatever their labels
   * @param what was not read if there is no answer
   */
  List<ObjectNode> list(
      ResourceDefinitionContext kind,
      Optional<String> namespace,
      Optional<String> label,
      String what)
      throws Failed, IOException {
    if (namespace.filter(n -> !NAME.matcher(n).matches()).isPresent()) {
      return List.of();
    }
    String selected =
        label.map(l -> "?labelSelector=" + URLEncoder.encode(l, StandardCharsets.UTF_8)).orElse("");
    JsonNode list = tree(Asking.the(what, () -> asked(address(kind, namespace) + selected)), what);
    List<ObjectNode> trees = new ArrayList<>();
    for (JsonNode item : list.path("items")) {
      ObjectNode tree = JSON.createObjectNode();
      // In a list only the list says of what kind they are.
      tree.put("apiVersion", kind.getGroup() + "/" + kind.getVersion());
      tree.put("kind", kind.getKind());
      tree.setAll((ObjectNode) item);
      trees.add(tree);
    }
    return trees;
  }

  /** Empty where there is none. */
  Optional<ObjectNode> get(ResourceDefinitionContext kind, String namespace, String name)
      throws Failed, IOException {
    if (!NAME.matcher(namespace).matches() || !NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    String what = "%s %s was not read".formatted(kind.getKind(), name);
    Optional<String> found =
        Asking.the(what, () -> ifThere(address(kind, Optional.of(namespace)) + "/" + name));
    return found.isPresent() ? Optional.of((ObjectNode) tree(found.get(), what)) : Optional.empty();
  }

  private Optional<String> ifThere(String address) {
    try {
      return Optional.of(asked(address));
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private String asked(String address) {
    return client.raw(address, "GET", null);
  }

  private static String address(ResourceDefinitionContext kind, Optional<String> namespace) {
    return "/apis/%s/%s%s/%s"
        .formatted(
            kind.getGroup(),
            kind.getVersion(),
            namespace.map(n -> "/namespaces/" + n).orElse(""),
            kind.getPlural());
  }

  private static JsonNode tree(String answer, String what) throws IOException {
    try {
      JsonNode tree = JSON.readTree(answer);
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      // not JSON: said below
    }
    throw new IOException(what + ": what answered is no API server, it does not speak JSON.");
  }
}
