package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** All objects of one kind, as a watch has heard of them last; it may be behind. */
public interface Cache<T extends HasMetadata> extends AutoCloseable {
  /**
   * @param key namespace and name, with a slash between
   */
  Optional<T> get(String key);

  /** Those that name that object among their owners, controller or not. */
  List<T> ownedBy(String uid);

  List<T> in(String namespace);

  List<T> all();

  /** The resource version up to which it has heard of everything; empty: it does not know. */
  OptionalLong heardUpTo();

  /**
   * Begins to watch.
   *
   * @param changed hears of every object that came, changed or went; of one that changed as it was
   *     and as it is, for it may concern others now
   * @return done when everything that there is has been heard of once
   */
  CompletableFuture<Void> start(Consumer<T> changed);

  @Override
  void close();

  /** Makes one for each kind that is looked at. */
  interface Maker {
    /**
     * @param kind as objects name it
     * @param namespace empty: all
     */
    <T extends HasMetadata> Cache<T> of(
        String kind, MixedOperation<T, ?, ?> all, Optional<String> namespace);
  }
}
