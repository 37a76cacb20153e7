package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What one list said; it is never heard of again. */
final class ListedCache<T extends HasMetadata> implements Cache<T> {
  private final String kind;
  private final MixedOperation<T, ?, ?> all;
  private final Optional<String> namespace;
  private final BiConsumer<String, KubernetesClientException> unseen;
  private Map<String, T> found = Map.of();

  /**
   * @param unseen hears of a kind that could not be listed, and why; then there is none of it here
   */
  ListedCache(
      String kind,
      MixedOperation<T, ?, ?> all,
      Optional<String> namespace,
      BiConsumer<String, KubernetesClientException> unseen) {
    this.kind = kind;
    this.all = all;
    this.namespace = namespace;
    this.unseen = unseen;
  }

  @Override
  public CompletableFuture<Void> start(Consumer<T> changed) {
    Map<String, T> listed = new TreeMap<>();
    try {
      (namespace.isPresent() ? all.inNamespace(namespace.get()) : all.inAnyNamespace())
          .resources()
          .forEach(r -> put(listed, r.item()));
    } catch (KubernetesClientException e) {
      unseen.accept(kind, e);
    }
    found = listed;
    return CompletableFuture.completedFuture(null);
  }

  private void put(Map<String, T> listed, T object) {
    listed.put(object.getMetadata().getNamespace() + "/" + object.getMetadata().getName(), object);
  }

  @Override
  public Optional<T> get(String key) {
    return Optional.ofNullable(found.get(key));
  }

  @Override
  public List<T> ownedBy(String uid) {
    return found.values().stream()
        .filter(
            o ->
                Optional.ofNullable(o.getMetadata().getOwnerReferences()).orElse(List.of()).stream()
                    .map(OwnerReference::getUid)
                    .anyMatch(uid::equals))
        .toList();
  }

  @Override
  public List<T> in(String of) {
    return found.values().stream().filter(o -> of.equals(o.getMetadata().getNamespace())).toList();
  }

  @Override
  public List<T> all() {
    return List.copyOf(found.values());
  }

  @Override
  public OptionalLong heardUpTo() {
    return OptionalLong.empty();
  }

  @Override
  public void close() {}
}
