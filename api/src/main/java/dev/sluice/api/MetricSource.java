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
   * @param some which series count the bad events, or the good ones
   * @param good whether those are the good ones: all others are bad then
   * @param total which count all events
   */
  public record Selectors(Selector some, boolean good, Selector total) {
    public Selectors(Selector bad, Selector total) {
      this(bad, false, total);
    }
  }
}
