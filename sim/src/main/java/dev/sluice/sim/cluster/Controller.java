package dev.sluice.sim.cluster;

import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Key;
import dev.sluice.sim.api.WatchCache;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A controller of Kubernetes: caches that lag each by itself, and a queue of objects to look at.
 * One step hears one event or looks at one object, so that anything may happen between two.
 */
public abstract class Controller {
  protected final ApiServer server;
  private final List<WatchCache<?>> caches = new ArrayList<>();
  private final TreeSet<Key> queue = new TreeSet<>();

  protected Controller(ApiServer server) {
    this.server = server;
  }

  protected <T extends HasMetadata> WatchCache<T> watch(Class<T> type, Consumer<T> changed) {
    WatchCache<T> cache = new WatchCache<>(server, type.getSimpleName());
    var _ = cache.start(changed);
    cache.all().forEach(changed);
    caches.add(cache);
    return cache;
  }

  public List<WatchCache<?>> caches() {
    return caches;
  }

  public boolean hasWork() {
    return !queue.isEmpty();
  }

  protected void later(Key key) {
    queue.add(key);
  }

  /** Looks at the first object that waits. What it could not write it tries again. */
  public void work() {
    Key key = queue.removeFirst();
    if (!sync(key)) {
      queue.add(key);
    }
  }

  /**
   * Looks at one object.
   *
   * @return false: it is to be looked at again
   */
  protected abstract boolean sync(Key key);

  static boolean controlledBy(HasMetadata object, HasMetadata owner) {
    return ApiServer.owners(object).stream()
        .anyMatch(
            o ->
                Boolean.TRUE.equals(o.getController())
                    && Objects.equals(o.getUid(), owner.getMetadata().getUid()));
  }

  static boolean controlled(HasMetadata object) {
    return ApiServer.owners(object).stream()
        .map(OwnerReference::getController)
        .anyMatch(Boolean.TRUE::equals);
  }
}
