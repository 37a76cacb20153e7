package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * All objects of one kind as a watch has seen them, and never older than our own writes: what was
 * written here is shown until the watch has caught up with it. Resource versions are compared as
 * numbers, which the API server promises since Kubernetes 1.35 (KEP-5504) and etcd always gave.
 */
public final class Watched<T extends HasMetadata> implements AutoCloseable {
  private static final String BY_OWNER = "owner";

  private final SharedIndexInformer<T> informer;
  private final Map<String, T> written = new ConcurrentHashMap<>();
  private final Map<String, Long> deleted = new ConcurrentHashMap<>();

  /**
   * @param informer not yet started
   * @param changed hears of every object that came, changed or went; of one that changed as it was
   *     and as it is, for it may concern others now
   */
  Watched(SharedIndexInformer<T> informer, Consumer<T> changed) {
    this.informer = informer;
    informer.addIndexers(Map.of(BY_OWNER, Watched::owners));
    informer.addEventHandler(
        new ResourceEventHandler<T>() {
          @Override
          public void onAdd(T now) {
            changed.accept(now);
          }

          @Override
          public void onUpdate(T before, T now) {
            changed.accept(before);
            changed.accept(now);
          }

          @Override
          public void onDelete(T last, boolean unknown) {
            changed.accept(last);
          }
        });
  }

  SharedIndexInformer<T> informer() {
    return informer;
  }

  public Optional<T> get(String namespace, String name) {
    String key = namespace + "/" + name;
    return latest(key, Optional.ofNullable(informer.getIndexer().getByKey(key)));
  }

  /** Those that name that object among their owners, controller or not. */
  List<T> ownedBy(String namespace, String uid) {
    return seen(informer.getIndexer().byIndex(BY_OWNER, uid)).stream()
        .filter(o -> o.getMetadata().getNamespace().equals(namespace))
        .toList();
  }

  public List<T> in(String namespace) {
    return seen(informer.getIndexer().byIndex("namespace", namespace)).stream()
        .filter(o -> o.getMetadata().getNamespace().equals(namespace))
        .toList();
  }

  public List<T> all() {
    return seen(informer.getIndexer().list());
  }

  /** What the API server answered to a write of ours. */
  void wrote(T result) {
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
          if (informer.getIndexer().getByKey(key) == null) {
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
    String last = informer.lastSyncResourceVersion();
    return last != null && !last.isEmpty() && Long.parseLong(last) > version(own);
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

  private static <T extends HasMetadata> List<String> owners(T object) {
    List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
    return owners == null ? List.of() : owners.stream().map(OwnerReference::getUid).toList();
  }

  @Override
  public void close() {
    informer.stop();
  }
}
