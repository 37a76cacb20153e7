package dev.sluice.kubernetes.diagnose;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/**
 * Which object a diagnosis is about.
 *
 * @param namespace empty: the cluster's own
 * @param name empty: all of that kind
 */
public record Where(String kind, Optional<String> namespace, String name) {
  static Where of(HasMetadata object) {
    return new Where(
        object.getKind(),
        Optional.ofNullable(object.getMetadata().getNamespace()),
        object.getMetadata().getName());
  }

  static Where in(String namespace, String kind, String name) {
    return new Where(kind, Optional.of(namespace), name);
  }

  static Where ofCluster(String kind, String name) {
    return new Where(kind, Optional.empty(), name);
  }

  @Override
  public String toString() {
    return (kind + " " + namespace.map(n -> n + "/").orElse("") + name).strip();
  }
}
