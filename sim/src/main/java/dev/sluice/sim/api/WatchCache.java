package dev.sluice.sim.api;

import dev.sluice.kubernetes.Cache;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What one watcher of one kind has heard so far. Events come one by one and in order, as a watch
 * has them, when {@link #hear} says so: how far it lags, and against the caches of other kinds, is
 * the scheduler's choice. A watch that is cut lists again, and hears only of what is there then.
 */
public final class WatchCache<T extends HasMetadata> implements Cache<T> {
  private final ApiServer server;
  private final String kind;
  private final Map<String, T> objects = new TreeMap<>();
  private Consumer<T> changed = _ -> {};
  private int heard;
  private long upTo;

  public WatchCache(ApiServer server, String kind) {
    this.server = server;
    this.kind = kind;
  }

  public String kind() {
    return kind;
  }

  /** Whether there is something that it has not heard of. */
  public boolean behind() {
    return heard < server.log(kind).size();
  }

  /** When what it hears of next was written. */
  public Instant next() {
    return server.log(kind).get(heard).at();
  }

  /** The next event. */
  @SuppressWarnings("unchecked")
  public void hear() {
    Change change = server.log(kind).get(heard++);
    T object = (T) change.object();
    String key = change.key().inNamespace();
    upTo = change.revision();
    T before =
        change.kind() == Change.Kind.DELETED ? objects.remove(key) : objects.put(key, object);
    if (before != null) {
      changed.accept(before);
    }
    changed.accept(object);
  }

  /** The watch was cut, and what was written meanwhile is known by its outcome alone. */
  @SuppressWarnings("unchecked")
  public void relist() {
    Map<String, T> before = new TreeMap<>(objects);
    objects.clear();
    server.list(kind).forEach(o -> objects.put(Key.of(o).inNamespace(), (T) o));
    heard = server.log(kind).size();
    upTo = server.revision();
    objects.forEach(
        (key, now) -> {
          T was = before.remove(key);
          if (was == null || !version(was).equals(version(now))) {
            changed.accept(now);
          }
        });
    before.values().forEach(changed);
  }

  private static String version(HasMetadata object) {
    return object.getMetadata().getResourceVersion();
  }

  @Override
  public Optional<T> get(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  @Override
  public List<T> ownedBy(String uid) {
    List<T> owned = new ArrayList<>();
    for (T object : objects.values()) {
      for (OwnerReference owner : ApiServer.owners(object)) {
        if (Objects.equals(owner.getUid(), uid)) {
          owned.add(object);
        }
      }
    }
    return owned;
  }

  @Override
  public List<T> in(String namespace) {
    return objects.values().stream()
        .filter(o -> namespace.equals(o.getMetadata().getNamespace()))
        .toList();
  }

  @Override
  public List<T> all() {
    return List.copyOf(objects.values());
  }

  @Override
  public OptionalLong heardUpTo() {
    return OptionalLong.of(upTo);
  }

  @Override
  public CompletableFuture<Void> start(Consumer<T> hears) {
    relist();
    changed = hears;
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {
    changed = _ -> {};
  }
}
