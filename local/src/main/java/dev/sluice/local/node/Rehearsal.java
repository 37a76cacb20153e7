package dev.sluice.local.node;

import dev.sluice.engine.world.CheckResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The way back, rehearsed: one fresh pod of stable that no route leads to must become ready, then
 * it goes. What failed is forgotten after a while, so that it is asked for again.
 *
 * @param release that it is for
 * @param check its name
 * @param stable what the pod is made from
 * @param until when it is a no
 * @param again when a no is forgotten; empty while the pod may still become ready
 */
record Rehearsal(
    String release, String check, Template stable, Instant until, Optional<Instant> again) {
  /** The set that its pod belongs to; no Service selects it. */
  static final String SET = "rehearsal";

  private static final Duration PAUSE = Duration.ofSeconds(10);

  static Rehearsal begin(
      String release, String check, Template stable, Instant now, Duration within) {
    return new Rehearsal(release, check, stable, now.plus(within), Optional.empty());
  }

  /** Whether its pod should be there. */
  boolean runs() {
    return again.isEmpty();
  }

  /**
   * Looks at its pod.
   *
   * @return what is left of it; empty when it is over
   */
  Optional<Rehearsal> look(List<Fleet.Pod> pods, Objects objects, Instant now) {
    if (again.isPresent()) {
      if (now.isBefore(again.get())) {
        return Optional.of(this);
      }
      objects.unchecked(release, check);
      return Optional.empty();
    }
    List<Fleet.Pod> mine = pods.stream().filter(p -> p.hash().equals(SET)).toList();
    if (mine.stream().anyMatch(Fleet.Pod::ready)) {
      objects.checked(release, check, new CheckResult.Passed());
      return Optional.empty();
    }
    if (now.isBefore(until)) {
      return Optional.of(this);
    }
    String trouble =
        mine.stream().flatMap(p -> p.trouble().stream()).findFirst().orElse("it does not answer");
    objects.checked(
        release,
        check,
        new CheckResult.Failed(
            "a fresh pod of stable does not become ready (%s), so a way back could not be carried."
                .formatted(trouble)));
    return Optional.of(new Rehearsal(release, check, stable, until, Optional.of(now.plus(PAUSE))));
  }
}
