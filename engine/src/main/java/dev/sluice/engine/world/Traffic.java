package dev.sluice.engine.world;

import java.util.OptionalDouble;

/**
 * Load, requests/s.
 *
 * @param total of all tracks now; empty: not known
 * @param peak the highest total of the last hour
 * @param candidate what the candidate's pods answer now
 */
public record Traffic(OptionalDouble total, OptionalDouble peak, OptionalDouble candidate) {
  public static Traffic unknown() {
    return new Traffic(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** The load to be ready for: the greater of now and the last hour's peak. */
  public OptionalDouble toCarry() {
    return total.isPresent() && peak.isPresent()
        ? OptionalDouble.of(Math.max(total.getAsDouble(), peak.getAsDouble()))
        : total.isPresent() ? total : peak;
  }
}
