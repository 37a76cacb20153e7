package dev.sluice.local.node;

import dev.sluice.engine.model.Split;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where the proxy sends requests. Derived from the objects and the ready pods alone, so it can be
 * derived again at any moment.
 *
 * @param root who answers what the split does not give to the candidate
 * @param candidate who answers the rest
 * @param split empty: everything goes to the root
 * @param preview who answers at the preview's own port
 */
record Routes(
    List<Backend> root, List<Backend> candidate, Optional<Split> split, List<Backend> preview) {
  Routes {
    root = List.copyOf(root);
    candidate = List.copyOf(candidate);
    preview = List.copyOf(preview);
  }

  /**
   * As Services and a route do: a pinned one selects the ready pods of its set, one that is not
   * pinned those of every set.
   *
   * @param ready pods that answer and are not about to stop
   */
  static Routes of(
      Optional<String> pin,
      Optional<String> candidateService,
      Optional<String> preview,
      Optional<Split> split,
      List<Backend> ready) {
    return new Routes(
        select(ready, b -> pin.isEmpty() || b.hash().equals(pin.get())),
        select(ready, b -> candidateService.filter(b.hash()::equals).isPresent()),
        split.filter(s -> candidateService.isPresent()),
        select(ready, b -> preview.filter(b.hash()::equals).isPresent()));
  }

  /** Whether the same requests go to the same versions, whichever pods answer for them. */
  boolean dividesLike(Routes other) {
    return split.equals(other.split)
        && hashes(root).equals(hashes(other.root))
        && hashes(candidate).equals(hashes(other.candidate));
  }

  private static List<String> hashes(List<Backend> backends) {
    return backends.stream().map(Backend::hash).distinct().sorted().toList();
  }

  private static List<Backend> select(List<Backend> ready, Predicate<Backend> which) {
    return ready.stream().filter(which).toList();
  }
}
