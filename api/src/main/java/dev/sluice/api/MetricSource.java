package dev.sluice.api;

import dev.sluice.engine.model.Metric;
import java.util.Optional;

/**
 * A metric with where its events are counted.
 *
 * @param selectors on a pod's metrics page; empty for the presets, whose series are known by name
 * @param queries of Prometheus; where there are some, pods are not asked for this metric
 */
public record MetricSource(
    Metric metric, Optional<Selectors> selectors, Optional<PolicySpec.Prometheus> queries) {
  /**
   * @param bad which series count the bad events
   * @param total which count all events
   */
  public record Selectors(Selector bad, Selector total) {}
}
