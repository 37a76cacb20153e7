package dev.sluice.engine.forecast;

import dev.sluice.engine.model.Spec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a release would begin.
 *
 * @param policy its name
 * @param replicas the Deployment's size
 * @param entryPoints every Service and budget that would be pinned
 * @param podsReady how long a pod takes to become ready
 * @param load empty: not known, so that evidence cannot be forecast
 */
public record Situation(
    String policy,
    Spec spec,
    int replicas,
    List<String> entryPoints,
    Duration podsReady,
    Optional<Load> load) {
  public Situation {
    entryPoints = List.copyOf(entryPoints);
  }
}
