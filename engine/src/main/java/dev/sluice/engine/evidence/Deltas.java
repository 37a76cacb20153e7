package dev.sluice.engine.evidence;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was counted between two readings.
 *
 * @param samples by pod, then by metric; a pod that was not read, or for the first time, has none
 * @param next what to compare the next reading with
 */
public record Deltas(Map<String, Map<String, Sample>> samples, RawCounters next) {
  public Deltas {
    samples = Map.copyOf(samples);
  }

  /**
   * Compares. A series that is seen for the first time contributes nothing; a pod that could not be
   * read keeps its old reading, so that its next one covers the gap; a pod that is gone is
   * forgotten.
   *
   * @param before the last reading
   * @param listed pods that there are now
   * @param read what was read now, by pod and metric; a pod that did not answer is missing
   */
  public static Deltas between(
      RawCounters before, Set<String> listed, Map<String, Map<String, RawCounters.Reading>> read) {
    Map<String, Map<String, Sample>> samples = new TreeMap<>();
    Map<String, Map<String, RawCounters.Reading>> next = new TreeMap<>();
    for (String pod : listed) {
      Map<String, RawCounters.Reading> known = before.pods().getOrDefault(pod, Map.of());
      Map<String, RawCounters.Reading> kept = new TreeMap<>(known);
      Map<String, Sample> counted = new TreeMap<>();
      read.getOrDefault(pod, Map.of())
          .forEach(
              (metric, now) -> {
                RawCounters.Reading then = known.get(metric);
                if (then != null && now.comparable(then)) {
                  counted.put(metric, now.since(then));
                }
                kept.put(metric, now);
              });
      samples.put(pod, Map.copyOf(counted));
      if (!kept.isEmpty()) {
        next.put(pod, kept);
      }
    }
    return new Deltas(samples, new RawCounters(next));
  }
}
