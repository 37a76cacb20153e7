package dev.sluice.kubernetes.diagnose;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One thing to look for. Pure: same facts, same findings; what could not be looked at is no
 * finding.
 *
 * @param <F> what it looks at
 * @param symptom what it finds
 * @param look where it is found
 */
record Rule<F>(Symptom symptom, Function<F, Stream<Found>> look) {

  /**
   * A place where it is so.
   *
   * @param seen what is so there, a sentence
   * @param words for the command
   */
  record Found(Where where, String seen, Map<String, String> words) {
    Found {
      words = Map.copyOf(words);
    }
  }

  Stream<Diagnosis> of(F facts) {
    return look.apply(facts).map(f -> symptom.seen(f.where(), f.seen(), f.words()));
  }
}
