package dev.sluice.api;

import dev.sluice.engine.model.Metric;
import java.util.Optional;

/**
 * A metric with where its events are counted.
 *
 * @param selectors on a pod's metrics page; empty for the presets, whose series are known by name
 */
public record MetricSource(Metric metric, Optional<Selectors> selectors) {
  /**
   * @param bad which series count the bad events
   * @param total which count all events
   */
  public record Selectors(Selector bad, Selector total) {}
}
