package dev.sluice.kubernetes.diagnose;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Objects of one kind, as far as they could be looked at. That one is not among them says nothing
 * where not all were seen: {@link #lacks} is the way to ask.
 *
 * @param unseen why not all of them are known, a sentence; empty: they are
 */
public record Seen<T>(List<T> all, Optional<String> unseen) {
  public Seen {
    all = List.copyOf(all);
  }

  static <T> Seen<T> of(List<T> all) {
    return new Seen<>(all, Optional.empty());
  }

  static <T> Seen<T> not(String why) {
    return new Seen<>(List.of(), Optional.of(why));
  }

  boolean complete() {
    return unseen.isEmpty();
  }

  Stream<T> stream() {
    return all.stream();
  }

  /** Whether there is none such, for certain. */
  boolean lacks(Predicate<? super T> such) {
    return complete() && all.stream().noneMatch(such);
  }
}
