package dev.sluice.sim.cluster;

import dev.sluice.sim.api.ApiError;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Change;
import dev.sluice.sim.api.Key;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Scheduler and node as one: a pod starts some time after it was made, becomes ready or does not,
 * serves until its grace is over, and is gone. What a container does is its version's.
 */
public final class Kubelet {
  /** What a pod that is to end goes on serving for. */
  public static final Duration GRACE = Duration.ofSeconds(5);

  private final ApiServer server;
  private final InstantSource clock;
  private final Function<Pod, Optional<Duration>> start;
  private final Map<Key, Instant> starts = new TreeMap<>();
  private final Map<Key, Instant> ends = new TreeMap<>();
  private final Set<String> serving = new HashSet<>();

  /**
   * @param start how long a pod takes to become ready; empty: it never does
   */
  public Kubelet(ApiServer server, InstantSource clock, Function<Pod, Optional<Duration>> start) {
    this.server = server;
    this.clock = clock;
    this.start = start;
    server.listen(this::heard);
  }

  private void heard(Change change) {
    if (!(change.object() instanceof Pod pod)) {
      return;
    }
    Key key = Key.of(pod);
    if (change.kind() == Change.Kind.DELETED) {
      starts.remove(key);
      ends.remove(key);
      serving.remove(pod.getMetadata().getUid());
    } else if (pod.getMetadata().getDeletionTimestamp() != null) {
      starts.remove(key);
      ends.putIfAbsent(key, change.at().plus(GRACE));
    } else if (change.kind() == Change.Kind.ADDED) {
      start.apply(pod).ifPresent(after -> starts.put(key, change.at().plus(after)));
    }
  }

  /** When something is due next; empty: nothing is. */
  public Optional<Instant> due() {
    List<Instant> all = new ArrayList<>(starts.values());
    all.addAll(ends.values());
    return all.stream().min(Instant::compareTo);
  }

  /** Does one thing that is due. */
  public void work(Instant now) {
    Optional<Key> end = due(ends, now);
    Optional<Key> ready = due(starts, now);
    if (end.isPresent()) {
      server.ended(end.get());
    } else if (ready.isPresent()) {
      starts.remove(ready.get());
      become(ready.get(), true);
    }
  }

  private static Optional<Key> due(Map<Key, Instant> all, Instant now) {
    return all.entrySet().stream()
        .filter(e -> !e.getValue().isAfter(now))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** A container has died, or its readiness: it comes back by itself after that time. */
  public void fails(Key pod, Instant back) {
    become(pod, false);
    starts.put(pod, back);
  }

  /** A node was lost with the pod on it: nothing is graceful. */
  public void lost(Key pod) {
    server.ended(pod);
  }

  private void become(Key key, boolean ready) {
    try {
      Pod pod = server.get(Pod.class, key).orElseThrow();
      if (ready) {
        serving.add(pod.getMetadata().getUid());
      } else {
        serving.remove(pod.getMetadata().getUid());
      }
      var _ =
          server.updateStatus(Caller.KUBERNETES, pod.edit().withStatus(status(pod, ready)).build());
    } catch (ApiError e) {
      throw new IllegalStateException(e);
    }
  }

  private PodStatus status(Pod pod, boolean ready) {
    String image = pod.getSpec().getContainers().getFirst().getImage();
    return new PodStatusBuilder()
        .withPhase("Running")
        .withConditions(
            new PodConditionBuilder()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withLastTransitionTime(clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .build())
        .withContainerStatuses(
            new ContainerStatusBuilder()
                .withName(pod.getSpec().getContainers().getFirst().getName())
                .withImage(image)
                .withImageID(image)
                .withReady(ready)
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .build())
        .build();
  }

  /** Whether a request that reaches it is answered: it is up, or ending and within its grace. */
  public boolean serves(Pod pod) {
    return serving.contains(pod.getMetadata().getUid());
  }

  /** Not over, and not about to be: IsPodActive. */
  static boolean active(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null;
  }

  /** What its status says. */
  public static boolean ready(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }
}
