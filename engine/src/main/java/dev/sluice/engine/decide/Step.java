package dev.sluice.engine.decide;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a rule says: what is remembered from now on, how the release stands, and why.
 *
 * @param checks names of checks that should be started
 */
record Step(
    Memory memory,
    Condition condition,
    Reason reason,
    Optional<Instant> wakeAt,
    Set<String> checks) {
  Step(Memory memory, Condition condition, Reason reason, Optional<Instant> wakeAt) {
    this(memory, condition, reason, wakeAt, Set.of());
  }
}
