package dev.sluice.sim.api;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Which object: no two of one kind have the same name in a namespace, which is empty for the
 * cluster.
 */
public record Key(String kind, String namespace, String name) implements Comparable<Key> {
  public static Key of(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    return new Key(
        object.getKind(), namespace == null ? "" : namespace, object.getMetadata().getName());
  }

  @Override
  public int compareTo(Key other) {
    int kinds = kind.compareTo(other.kind);
    int spaces = kinds != 0 ? kinds : namespace.compareTo(other.namespace);
    return spaces != 0 ? spaces : name.compareTo(other.name);
  }

  /** As caches name it. */
  public String inNamespace() {
    return namespace + "/" + name;
  }

  @Override
  public String toString() {
    return kind + " " + inNamespace();
  }
}
