package dev.sluice.engine.model;

import java.util.OptionalDouble;

/**
 * What one pod can carry.
 *
 * @param requestsPerSecond of one pod; empty: unknown, then only the share of stable's size counts
 * @param targetUtilisation share of that which may be used, 0..1
 * @param hotKeyShare share of all requests that the hottest user or key may send to a single pod,
 *     0..1
 */
public record Capacity(
    OptionalDouble requestsPerSecond, double targetUtilisation, double hotKeyShare) {
  public static Capacity unknown() {
    return new Capacity(OptionalDouble.empty(), 0.7, 0);
  }
}
