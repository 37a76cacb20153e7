package dev.sluice.cli;

import dev.sluice.api.PolicySpec;
import java.util.Optional;

/** Where somebody watches, nobody else is told. */
public final class Untold {
  private Untold() {}

  /**
   * What to say of a policy's receivers; empty: it names none.
   *
   * @param where like {@code a lab}
   */
  public static Optional<String> sentence(String where, PolicySpec policy) {
    return policy.receivers().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The policy's notify names receivers (%d), and %s tells none of them."
                .formatted(policy.receivers().size(), where));
  }
}
