package dev.sluice.engine.decide;

import dev.sluice.engine.sequence.Target;
import java.time.Instant;
import java.util.Optional;

/**
 * What should be true next, and why.
 *
 * @param target the whole desired state
 * @param memory to be recorded before the target is acted on
 * @param condition how the release stands within its phase
 * @param wakeAt when time alone may change the answer; empty: only a changed world will
 */
public record Decision(
    Target target, Memory memory, Condition condition, Reason reason, Optional<Instant> wakeAt) {}
