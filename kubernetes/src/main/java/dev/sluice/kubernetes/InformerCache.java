package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** By one list and one watch of a real API server. */
final class InformerCache<T extends HasMetadata> implements Cache<T> {
  private static final String BY_OWNER = "owner";
  private static final int TOO_MANY = 429;

  private final SharedIndexInformer<T> informer;

  private InformerCache(SharedIndexInformer<T> informer) {
    this.informer = informer;
    informer.itemStore(new Lean<>());
    informer.addIndexers(Map.of(BY_OWNER, InformerCache::owners));
    // Not to list what may not be listed is said at once; all else is tried again, with back-off.
    informer.exceptionHandler((started, why) -> started || passes(why));
  }

  static <T extends HasMetadata> Cache<T> of(
      String kind, MixedOperation<T, ?, ?> all, Optional<String> namespace) {
    return new InformerCache<>(
        namespace.isPresent()
            ? all.inNamespace(namespace.get()).runnableInformer(0)
            : all.inAnyNamespace().runnableInformer(0));
  }

  /**
   * Not reached, not answered in time, too busy, or a kind that has just come: "storage is
   * (re)initializing", 429.
   */
  static boolean passes(Throwable why) {
    for (Throwable cause = why; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException e) {
        return ApiFailure.isUnanswered(e) || e.getCode() == TOO_MANY || e.getCode() >= 500;
      }
      // The client does not make an exception of its own of these.
      if (cause instanceof TimeoutException || cause instanceof IOException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<T> get(String key) {
    return Optional.ofNullable(informer.getIndexer().getByKey(key));
  }

  @Override
  public List<T> ownedBy(String uid) {
    return informer.getIndexer().byIndex(BY_OWNER, uid);
  }

  @Override
  public List<T> in(String namespace) {
    return informer.getIndexer().byIndex("namespace", namespace);
  }

  @Override
  public List<T> all() {
    return informer.getIndexer().list();
  }

  @Override
  public OptionalLong heardUpTo() {
    String last = informer.lastSyncResourceVersion();
    return last == null || last.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(last));
  }

  @Override
  public CompletableFuture<Void> start(Consumer<T> changed) {
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
    return informer.start().toCompletableFuture();
  }

  /** Without whose fields are whose: no policy asks for it, and it is a good part of an object. */
  private static final class Lean<T extends HasMetadata> extends BasicItemStore<T> {
    Lean() {
      super(io.fabric8.kubernetes.client.informers.cache.Cache::metaNamespaceKeyFunc);
    }

    @Override
    public T put(String key, T object) {
      object.getMetadata().setManagedFields(List.of());
      return super.put(key, object);
    }
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
