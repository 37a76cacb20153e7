package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * All objects of one kind as a watch has seen them, and never older than our own writes: what was
 * written here is shown until the watch has caught up with it. Resource versions are compared as
 * numbers, which the API server promises since Kubernetes 1.35 (KEP-5504) and etcd always gave.
 */
public final class Watched<T extends HasMetadata> implements AutoCloseable {
  private final String kind;
  private final Cache<T> cache;
  private final Consumer<T> changed;
  private final Map<String, T> written = new ConcurrentHashMap<>();
  private final Map<String, Long> deleted = new ConcurrentHashMap<>();

  /**
   * @param kind as objects name it
   * @param cache not yet started
   * @param changed hears of every object that came, changed or went
   */
  Watched(String kind, Cache<T> cache, Consumer<T> changed) {
    this.kind = kind;
    this.cache = cache;
    this.changed = changed;
  }

  String kind() {
    return kind;
  }

  /** Done when everything that there is has been heard of once. */
  CompletableFuture<Void> start() {
    return cache.start(changed);
  }

  public Optional<T> get(String namespace, String name) {
    String key = namespace + "/" + name;
    return latest(key, cache.get(key));
  }

  /** Those that name that object among their owners, controller or not. */
  List<T> ownedBy(String namespace, String uid) {
    return seen(cache.ownedBy(uid)).stream()
        .filter(o -> o.getMetadata().getNamespace().equals(namespace))
        .toList();
  }

  public List<T> in(String namespace) {
    return seen(cache.in(namespace)).stream()
        .filter(o -> o.getMetadata().getNamespace().equals(namespace))
        .toList();
  }

  public List<T> all() {
    return seen(cache.all());
  }

  /** What the API server answered to a write of ours. */
  void wrote(T result) {
    // As the cache has them: whose fields are whose is never asked, and a good part of an object.
    result.getMetadata().setManagedFields(List.of());
    written.merge(key(result), result, (a, b) -> version(a) >= version(b) ? a : b);
  }

  /** It was deleted by us, as it was then. */
  void gone(T last) {
    written.remove(key(last));
    deleted.put(key(last), version(last));
  }

  private List<T> seen(List<T> cached) {
    List<T> all = new ArrayList<>();
    for (T object : cached) {
      latest(key(object), Optional.of(object)).ifPresent(all::add);
    }
    written.forEach(
        (key, own) -> {
          if (cache.get(key).isEmpty()) {
            latest(key, Optional.empty()).ifPresent(all::add);
          }
        });
    return all;
  }

  private Optional<T> latest(String key, Optional<T> cached) {
    Long end = deleted.get(key);
    if (end != null) {
      if (cached.isEmpty()) {
        deleted.remove(key);
      } else if (version(cached.get()) <= end) {
        return Optional.empty();
      }
    }
    T own = written.get(key);
    if (own == null) {
      return cached;
    }
    if (cached.isPresent() && version(cached.get()) >= version(own)) {
      written.remove(key, own);
      return cached;
    }
    // Written here, and not seen by the watch since: it may also have been deleted by somebody.
    return cached.isEmpty() && seenBeyond(own) ? forget(key, own) : Optional.of(own);
  }

  private boolean seenBeyond(T own) {
    return cache.heardUpTo().orElse(0) > version(own);
  }

  private Optional<T> forget(String key, T own) {
    written.remove(key, own);
    return Optional.empty();
  }

  private static String key(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }

  private static long version(HasMetadata object) {
    return Long.parseLong(object.getMetadata().getResourceVersion());
  }

  @Override
  public void close() {
    cache.close();
  }
}
