package dev.sluice.kubernetes.evidence;

import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.port.EvidenceSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Requests that the pods of each set have answered, summed over pods that come and go: what a pod
 * counted since it was last read, for as many pods as the one stands for. The sums only grow.
 */
final class Completions {
  private static final String METRIC = "errors";

  private final Map<String, Double> before = new HashMap<>();
  private final Map<String, Double> bySet = new HashMap<>();

  /**
   * @param pods that were read
   * @param standsFor how many of its set each pod read stands for, by hash
   */
  void saw(List<EvidenceSource.Pod> pods, Map<String, Double> standsFor) {
    Set<String> there = new HashSet<>();
    for (EvidenceSource.Pod pod : pods) {
      there.add(pod.name());
      RawCounters.Reading answered = pod.metrics().get(METRIC);
      if (answered == null) {
        continue;
      }
      double now = answered.values().getLast();
      Double then = before.put(pod.name(), now);
      if (then != null) {
        double grown = now < then ? now : now - then;
        bySet.merge(pod.hash(), grown * standsFor.getOrDefault(pod.hash(), 1.0), Double::sum);
      }
    }
    before.keySet().retainAll(there);
  }

  double of(String hash) {
    return bySet.getOrDefault(hash, 0.0);
  }

  double all() {
    return bySet.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
