package dev.sluice.operator;

import dev.sluice.engine.sequence.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes that will not be done. They are asked for again now and then: rights can be granted. */
final class Refusals {
  private static final Duration STANDS = Duration.ofSeconds(30);
  private static final int MOST = 100;
  private final Map<Write, Refusal> refusals = new LinkedHashMap<>();

  private record Refusal(String why, Instant at) {}

  boolean stands(Write write, Instant now) {
    refusals.values().removeIf(refusal -> !now.isBefore(refusal.at().plus(STANDS)));
    return refusals.containsKey(write);
  }

  void remember(Write write, String why, Instant now) {
    if (refusals.size() >= MOST) {
      refusals.remove(refusals.keySet().iterator().next());
    }
    refusals.put(write, new Refusal(why, now));
  }

  void forget(Write write) {
    refusals.remove(write);
  }

  Optional<String> sentence() {
    return refusals.entrySet().stream()
        .findFirst()
        .map(
            e ->
                "The write %s was refused: %s"
                    .formatted(e.getKey().getClass().getSimpleName(), e.getValue().why()));
  }
}
