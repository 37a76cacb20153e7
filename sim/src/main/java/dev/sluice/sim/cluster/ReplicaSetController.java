package dev.sluice.sim.cluster;

import dev.sluice.sim.api.ApiError;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Key;
import dev.sluice.sim.api.WatchCache;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ReplicaSet controller: {@code syncReplicaSet} and {@code manageReplicas} of Kubernetes 1.37's
 * {@code pkg/controller/replicaset/replica_set.go}. Its expectations are kept as the revision of
 * its own last write: it makes and ends no pods before it has heard of that.
 */
public final class ReplicaSetController extends Controller {
  private final WatchCache<ReplicaSet> sets;
  private final WatchCache<Pod> pods;
  private final Map<Key, Long> expected = new HashMap<>();

  public ReplicaSetController(ApiServer server) {
    super(server);
    this.sets = watch(ReplicaSet.class, s -> later(Key.of(s)));
    this.pods = watch(Pod.class, this::changed);
  }

  private void changed(Pod pod) {
    ApiServer.owners(pod).stream()
        .filter(o -> "ReplicaSet".equals(o.getKind()))
        .forEach(o -> later(new Key("ReplicaSet", pod.getMetadata().getNamespace(), o.getName())));
  }

  @Override
  protected boolean sync(Key key) {
    Optional<ReplicaSet> set = sets.get(key.inNamespace());
    if (set.isEmpty()) {
      expected.remove(key);
      return true;
    }
    try {
      List<Pod> active =
          pods.ownedBy(set.get().getMetadata().getUid()).stream().filter(Kubelet::active).toList();
      boolean heard = pods.heardUpTo().orElse(0) >= expected.getOrDefault(key, 0L);
      if (heard && set.get().getMetadata().getDeletionTimestamp() == null) {
        manage(set.get(), active);
      }
      status(set.get(), active);
      return true;
    } catch (ApiError e) {
      return false;
    }
  }

  private void manage(ReplicaSet set, List<Pod> active) throws ApiError {
    int diff = active.size() - Revisions.size(set);
    for (int i = 0; i < -diff; i++) {
      Pod made = server.create(Caller.KUBERNETES, pod(set));
      expected.put(Key.of(set), Long.parseLong(made.getMetadata().getResourceVersion()));
    }
    if (diff > 0) {
      List<Pod> ranked =
          active.stream()
              .sorted(
                  Comparator.<Pod, Boolean>comparing(Kubelet::ready)
                      .thenComparing(
                          p -> p.getMetadata().getCreationTimestamp(), Comparator.reverseOrder())
                      .thenComparing(p -> p.getMetadata().getName()))
              .toList();
      for (Pod pod : ranked.subList(0, diff)) {
        server.delete(Caller.KUBERNETES, Key.of(pod), Optional.empty());
        expected.put(Key.of(set), server.revision());
      }
    }
  }

  private static Pod pod(ReplicaSet set) {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName(set.getMetadata().getName() + "-")
        .withNamespace(set.getMetadata().getNamespace())
        .withLabels(set.getSpec().getTemplate().getMetadata().getLabels())
        .withAnnotations(set.getSpec().getTemplate().getMetadata().getAnnotations())
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion("apps/v1")
                .withKind("ReplicaSet")
                .withName(set.getMetadata().getName())
                .withUid(set.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build())
        .endMetadata()
        .withSpec(set.getSpec().getTemplate().getSpec())
        .build();
  }

  private void status(ReplicaSet set, List<Pod> active) throws ApiError {
    int ready = (int) active.stream().filter(Kubelet::ready).count();
    ReplicaSet next =
        set.edit()
            .withStatus(
                new ReplicaSetStatusBuilder()
                    .withObservedGeneration(set.getMetadata().getGeneration())
                    .withReplicas(active.size())
                    .withReadyReplicas(ready)
                    .withAvailableReplicas(ready)
                    .build())
            .build();
    if (!next.equals(set)) {
      var _ = server.updateStatus(Caller.KUBERNETES, next);
    }
  }
}
