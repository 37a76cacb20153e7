package dev.sluice.probes.metrics;

import dev.sluice.api.MetricSource.Selectors;
import dev.sluice.engine.evidence.RawCounters.Reading;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bad events of metrics whose good ones are counted. What is all and not good also is what is still
 * under way, where the two counters are of the beginning and of the end of something; so it falls
 * again, and a count that falls would be taken for one that began anew. What was bad once stays so:
 * its highest value is the count, and what was under way at most is counted once and no more.
 */
final class NotGood {
  private final Map<String, Selectors> own;
  private final Map<String, Map<String, Reading>> highest = new ConcurrentHashMap<>();

  /**
   * @param own the policy's own metrics, by name
   */
  NotGood(Map<String, Selectors> own) {
    this.own = own;
  }

  /** Pods that are not there any more are forgotten. */
  void listed(Collection<String> pods) {
    highest.keySet().retainAll(pods);
  }

  /** What was read of a pod, with counts that do not fall. */
  Scraper.Read rising(String pod, Scraper.Read read) {
    Map<String, Reading> all = new HashMap<>(read.readings());
    Map<String, Reading> known = new HashMap<>(highest.getOrDefault(pod, Map.of()));
    own.forEach(
        (metric, selectors) -> {
          if (selectors.good()) {
            all.computeIfPresent(metric, (_, now) -> known.merge(metric, now, NotGood::rising));
          }
        });
    highest.put(pod, Map.copyOf(known));
    return new Scraper.Read(all, read.mixed(), read.missing());
  }

  private static Reading rising(Reading before, Reading now) {
    double total = now.values().getLast();
    return total < before.values().getLast()
        ? now
        : Reading.rate(
            Math.min(total, Math.max(before.values().getFirst(), now.values().getFirst())), total);
  }
}
