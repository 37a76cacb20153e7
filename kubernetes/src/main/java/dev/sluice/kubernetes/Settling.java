package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * When a pod that has become ready counts: after the set's {@code minReadySeconds}, and after long
 * enough to be known to be ready. Endpoints, gateways and proxies hear of it by watches of their
 * own, and a weight that reaches them first finds nobody there (docs/adr/0011).
 *
 * <p>Kubernetes asks the same of a pod that is to be available, by the clocks of two machines
 * (IsPodAvailable, pkg/api/v1/pod/util.go). Here a node whose clock is ahead makes no pod wait: it
 * then counts by when it was seen. One thread uses it, look by look.
 */
final class Settling {
  /** The moment is told in whole seconds, so this is one to two of them. */
  static final Duration SETTLES = Duration.ofSeconds(2);

  private Map<String, Instant> before = Map.of();
  private Map<String, Instant> now = new HashMap<>();
  private final NavigableSet<Instant> waiting = new TreeSet<>();
  private boolean begun;

  /** All pods are going to be asked for. */
  void look() {
    waiting.clear();
  }

  /** How many of a set's pods count. */
  int ready(ReplicaSet set, List<Pod> pods, Instant at) {
    List<Instant> from = pods.stream().flatMap(p -> countsFrom(p, set, at).stream()).toList();
    from.stream().filter(at::isBefore).forEach(waiting::add);
    return (int) from.stream().filter(moment -> !moment.isAfter(at)).count();
  }

  /** When the next pod counts that did not in the last look; empty: none will. */
  Optional<Instant> changesAt() {
    return waiting.stream().findFirst();
  }

  /**
   * @return empty: the pod does not answer
   */
  Optional<Instant> countsFrom(Pod pod, ReplicaSet set, Instant at) {
    Duration wanted =
        Duration.ofSeconds(Optional.ofNullable(set.getSpec().getMinReadySeconds()).orElse(0));
    Duration settles = wanted.compareTo(SETTLES) > 0 ? wanted : SETTLES;
    return Pods.readyAt(pod).map(told -> since(pod, told, at).plus(settles));
  }

  private Instant since(Pod pod, Instant told, Instant at) {
    String once = pod.getMetadata().getUid() + " " + told;
    Instant since = before.getOrDefault(once, told.isAfter(at) ? seen(at) : told);
    now.put(once, since);
    return since;
  }

  /** Those that were ready before this process looked for the first time have been for long. */
  private Instant seen(Instant at) {
    return begun ? at : Instant.MIN;
  }

  /** All pods were asked for. */
  void looked() {
    before = now;
    now = new HashMap<>();
    begun = true;
  }
}
