package dev.sluice.engine.evidence;

import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.Map;

/**
 * One pod's part of a tick.
 *
 * @param age of the pod at the end of the tick
 * @param metrics by the metric's name; empty: the pod could not be scraped, and its next counts
 *     cover the gap
 */
public record PodSample(Track track, String pod, Duration age, Map<String, Sample> metrics) {
  public PodSample {
    metrics = Map.copyOf(metrics);
  }
}
