package dev.sluice.engine.decide;

import java.util.Optional;

/** Paused by a person: nothing goes forward; what protects users goes on. */
final class PauseHolds implements Rule {
  static final Reason PAUSED =
      Reason.of("paused", "A person paused it. Give resume, promote or abort.");

  @Override
  public Optional<Step> apply(Case c) {
    return c.run().paused() ? c.holds(PAUSED) : Optional.empty();
  }
}
