package dev.sluice.engine.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Shrinks a list of steps that fails to a short one that still fails: chunks are left out, half of
 * the list first, then ever smaller ones (delta debugging, Zeller and Hildebrandt 2002).
 */
final class Story {
  private Story() {}

  /**
   * @param steps that fail
   * @param fails runs steps from the beginning; the failure, if there is one
   * @return steps of which none can be left out
   */
  static <S> List<S> shrink(List<S> steps, Function<List<S>, Optional<Throwable>> fails) {
    List<S> shortest = steps;
    for (int chunk = Math.max(1, steps.size() / 2); ; ) {
      boolean shrunk = false;
      for (int at = 0; at < shortest.size(); ) {
        List<S> without = new ArrayList<>(shortest.subList(0, at));
        without.addAll(shortest.subList(Math.min(shortest.size(), at + chunk), shortest.size()));
        if (fails.apply(without).isPresent()) {
          shortest = without;
          shrunk = true;
        } else {
          at += chunk;
        }
      }
      if (chunk == 1 && !shrunk) {
        return shortest;
      }
      chunk = Math.max(1, chunk / 2);
    }
  }
}
