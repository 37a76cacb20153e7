package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a pod's status says. */
final class Pods {
  private Pods() {}

  /** Whether it answers, and is not about to end. */
  static boolean serves(Pod pod) {
    return ready(pod).isPresent();
  }

  /** Since when it answers, by its node's clock, in whole seconds; empty: it does not. */
  static Optional<Instant> readyAt(Pod pod) {
    return ready(pod).map(c -> Instant.parse(c.getLastTransitionTime()));
  }

  private static Optional<PodCondition> ready(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        ? conditions(pod)
            .filter(c -> c.getType().equals("Ready") && c.getStatus().equals("True"))
            .findFirst()
        : Optional.empty();
  }

  /** Whether it has run to its end, whatever came of it. */
  static boolean over(Pod pod) {
    String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  /** Why pods of a set are missing or do not become ready, as Kubernetes says it. */
  static Optional<String> trouble(ReplicaSet set, List<Pod> pods) {
    Optional<String> refused =
        Optional.ofNullable(set.getStatus()).stream()
            .flatMap(s -> Optional.ofNullable(s.getConditions()).stream())
            .flatMap(List::stream)
            .filter(c -> c.getType().equals("ReplicaFailure") && c.getStatus().equals("True"))
            .map(ReplicaSetCondition::getMessage)
            .findFirst();
    return refused.or(() -> pods.stream().flatMap(p -> trouble(p).stream()).findFirst());
  }

  /** Why it does not become ready. */
  static Optional<String> trouble(Pod pod) {
    if (serves(pod)) {
      return Optional.empty();
    }
    Optional<String> unscheduled =
        conditions(pod)
            .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("False"))
            .map(c -> "it cannot be scheduled: " + c.getMessage())
            .findFirst();
    return unscheduled.or(() -> waiting(pod));
  }

  private static Optional<String> waiting(Pod pod) {
    return Optional.ofNullable(pod.getStatus()).stream()
        .flatMap(s -> Optional.ofNullable(s.getContainerStatuses()).stream())
        .flatMap(List::stream)
        .flatMap(
            c ->
                Optional.ofNullable(c.getState().getWaiting())
                    .filter(w -> !"ContainerCreating".equals(w.getReason()))
                    .map(w -> said(c.getName(), w))
                    .stream())
        .findFirst();
  }

  private static String said(String container, ContainerStateWaiting waiting) {
    String message = waiting.getMessage() == null ? "" : ": " + waiting.getMessage();
    return "container %s waits, %s%s".formatted(container, waiting.getReason(), message);
  }

  private static Stream<PodCondition> conditions(Pod pod) {
    return Optional.ofNullable(pod.getStatus()).stream()
        .flatMap(s -> Optional.ofNullable(s.getConditions()).stream())
        .flatMap(List::stream);
  }
}
