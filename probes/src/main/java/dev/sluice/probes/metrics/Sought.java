package dev.sluice.probes.metrics;

import dev.sluice.api.MetricSource;
import dev.sluice.api.MetricSource.Selectors;
import dev.sluice.api.Resolved;
import dev.sluice.engine.evidence.RawCounters.Reading;
import dev.sluice.engine.model.Metric;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a policy asks of its pods beside errors and latency, which are always read.
 *
 * @param own metrics with series of their own, by name
 * @param presets that are read only where they are named: cpu, memory, saturation, restarts
 */
public record Sought(Map<String, Selectors> own, Set<String> presets) {
  public Sought {
    own = Map.copyOf(own);
    presets = Set.copyOf(presets);
  }

  /** Nothing beside errors and latency. */
  public static Sought nothing() {
    return new Sought(Map.of(), Set.of());
  }

  /** What that policy's metrics are read from. */
  public static Sought by(Resolved policy) {
    Map<String, Selectors> own = new HashMap<>();
    Set<String> presets = new HashSet<>();
    for (MetricSource source : policy.metrics()) {
      Metric metric = source.metric();
      source.selectors().ifPresent(s -> own.put(metric.name(), s));
      if (!metric.kind().countsRequests()) {
        presets.add(metric.name());
      }
    }
    return new Sought(own, presets);
  }

  /** Whether that preset is asked for. */
  public boolean asksFor(Metric preset) {
    return presets.contains(preset.name());
  }

  /**
   * What a pod showed, and its restarts beside it where they are asked for.
   *
   * @param shown empty: it could not be read, and stays so, for who is silent must not seem to
   *     speak
   * @param restarts of its containers since it was made
   * @param age of the pod
   */
  public Map<String, Reading> with(Map<String, Reading> shown, int restarts, Duration age) {
    if (shown.isEmpty() || !asksFor(Metric.restarts())) {
      return shown;
    }
    Map<String, Reading> all = new HashMap<>(shown);
    all.put(Metric.restarts().name(), Reading.rate(restarts, age.toMillis() / 1000.0));
    return all;
  }
}
