package dev.sluice.api;

import dev.sluice.engine.model.Metric;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Metrics that need no selectors: the service kit and common frameworks expose their series. */
public enum MetricPreset {
  ERRORS,
  LATENCY,
  /** What the gateway counts; automatic beside the others, and enough alone. */
  EDGE_ERRORS,
  /** Processor time of a request. */
  CPU,
  /** How fast the memory that is held grows. */
  MEMORY,
  /** The busy part of the fullest pool of connections or threads. */
  SATURATION,
  /** Containers that end and are started again. */
  RESTARTS;

  static Optional<MetricPreset> named(String name) {
    return Arrays.stream(values()).filter(p -> p.label().equals(name)).findFirst();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Metric defaults() {
    return switch (this) {
      case ERRORS -> Metric.errors();
      case LATENCY -> Metric.latency();
      case EDGE_ERRORS -> Metric.edgeErrors();
      case CPU -> Metric.cpu();
      case MEMORY -> Metric.memory();
      case SATURATION -> Metric.saturation();
      case RESTARTS -> Metric.restarts();
    };
  }
}
