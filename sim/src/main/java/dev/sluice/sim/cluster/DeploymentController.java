package dev.sluice.sim.cluster;

import static dev.sluice.sim.cluster.Revisions.size;

import dev.sluice.sim.api.ApiError;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Key;
import dev.sluice.sim.api.WatchCache;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Deployment controller: {@code syncDeployment} of Kubernetes 1.37's {@code
 * pkg/controller/deployment}, with sync.go, rolling.go and util/deployment_util.go. Without
 * Recreate, rollbackTo, progress deadlines and conditions.
 */
public final class DeploymentController extends Controller {
  private final WatchCache<Deployment> deployments;
  private final WatchCache<ReplicaSet> sets;

  public DeploymentController(ApiServer server) {
    super(server);
    this.deployments = watch(Deployment.class, d -> later(Key.of(d)));
    this.sets = watch(ReplicaSet.class, this::changed);
  }

  /** Its controller's, or whoever's it may become: getDeploymentsForReplicaSet. */
  private void changed(ReplicaSet set) {
    for (Deployment d : deployments == null ? List.<Deployment>of() : deployments.all()) {
      if (controlledBy(set, d)
          || (!controlled(set) && Labels.selects(d.getSpec().getSelector(), set))) {
        later(Key.of(d));
      }
    }
  }

  @Override
  protected boolean sync(Key key) {
    Optional<Deployment> deployment = deployments.get(key.inNamespace());
    if (deployment.isEmpty()) {
      return true;
    }
    try {
      sync(deployment.get());
      return true;
    } catch (ApiError e) {
      return false;
    }
  }

  private void sync(Deployment d) throws ApiError {
    List<ReplicaSet> own = claim(d);
    if (d.getMetadata().getDeletionTimestamp() != null) {
      return;
    }
    Optional<ReplicaSet> newest = Revisions.newSet(d, own);
    if (Boolean.TRUE.equals(d.getSpec().getPaused()) || scaling(d, own)) {
      List<ReplicaSet> old = Revisions.old(own, newest);
      newest = newest.isPresent() ? Optional.of(annotated(d, newest.get(), old)) : newest;
      scale(d, newest, old);
      if (Boolean.TRUE.equals(d.getSpec().getPaused())) {
        cleanUp(d, old);
      }
    } else {
      roll(d, own, newest);
    }
    status(d, own);
  }

  /** ReplicaSetControllerRefManager.ClaimReplicaSets. */
  private List<ReplicaSet> claim(Deployment d) throws ApiError {
    List<ReplicaSet> own = new ArrayList<>();
    for (ReplicaSet set : sets.in(d.getMetadata().getNamespace())) {
      boolean match = Labels.selects(d.getSpec().getSelector(), set);
      if (controlledBy(set, d)) {
        if (match) {
          own.add(set);
        } else if (set.getMetadata().getDeletionTimestamp() == null) {
          var _ = server.update(Caller.KUBERNETES, released(set, d));
        }
      } else if (!controlled(set)
          && match
          && set.getMetadata().getDeletionTimestamp() == null
          && d.getMetadata().getDeletionTimestamp() == null) {
        own.add(server.update(Caller.KUBERNETES, adopted(set, d)));
      }
    }
    return own;
  }

  private static ReplicaSet released(ReplicaSet set, Deployment d) {
    List<OwnerReference> others =
        ApiServer.owners(set).stream()
            .filter(o -> !o.getUid().equals(d.getMetadata().getUid()))
            .toList();
    return set.edit().editMetadata().withOwnerReferences(others).endMetadata().build();
  }

  private static ReplicaSet adopted(ReplicaSet set, Deployment d) {
    List<OwnerReference> owners =
        new ArrayList<>(
            ApiServer.owners(set).stream()
                .filter(o -> !o.getUid().equals(d.getMetadata().getUid()))
                .toList());
    owners.add(controller(d));
    return set.edit().editMetadata().withOwnerReferences(owners).endMetadata().build();
  }

  private static OwnerReference controller(Deployment d) {
    return new OwnerReferenceBuilder()
        .withApiVersion("apps/v1")
        .withKind("Deployment")
        .withName(d.getMetadata().getName())
        .withUid(d.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  /** isScalingEvent: the annotation of an active set says another size than the Deployment. */
  private static boolean scaling(Deployment d, List<ReplicaSet> own) {
    return own.stream()
        .filter(s -> size(s) > 0)
        .flatMap(s -> Stream.ofNullable(Labels.annotations(s).get(Revisions.DESIRED)))
        .anyMatch(desired -> Integer.parseInt(desired) != size(d));
  }

  /** getNewReplicaSet for a set that is there: its revision is one more than all others'. */
  private ReplicaSet annotated(Deployment d, ReplicaSet set, List<ReplicaSet> old) throws ApiError {
    long revision = old.stream().mapToLong(Revisions::revision).max().orElse(0) + 1;
    ReplicaSet next = Revisions.annotated(d, set, revision);
    ReplicaSet now = next.equals(set) ? set : server.update(Caller.KUBERNETES, next);
    String said = String.valueOf(Revisions.revision(now));
    if (!said.equals(Labels.annotations(d).get(Revisions.REVISION))) {
      Map<String, String> annotations = new HashMap<>(Labels.annotations(d));
      annotations.put(Revisions.REVISION, said);
      var _ =
          server.updateStatus(
              Caller.KUBERNETES,
              d.edit().editMetadata().withAnnotations(annotations).endMetadata().build());
    }
    return now;
  }

  /** sync.go, scale. */
  private void scale(Deployment d, Optional<ReplicaSet> newest, List<ReplicaSet> old)
      throws ApiError {
    Optional<ReplicaSet> only = activeOrLatest(newest, old);
    if (only.isPresent()) {
      if (size(only.get()) != size(d)) {
        resize(d, only.get(), size(d));
      }
      return;
    }
    if (newest.isPresent() && saturated(d, newest.get())) {
      for (ReplicaSet set : old) {
        if (size(set) > 0) {
          resize(d, set, 0);
        }
      }
      return;
    }
    List<ReplicaSet> all = new ArrayList<>(old);
    newest.ifPresent(all::add);
    proportionally(d, all.stream().filter(s -> size(s) > 0).toList());
  }

  /** deployment_util.go, FindActiveOrLatest. */
  private static Optional<ReplicaSet> activeOrLatest(
      Optional<ReplicaSet> newest, List<ReplicaSet> old) {
    List<ReplicaSet> active =
        Stream.concat(old.stream(), newest.stream()).filter(s -> size(s) > 0).toList();
    return switch (active.size()) {
      case 0 ->
          newest.isPresent() ? newest : old.stream().max(Comparator.comparing(Revisions::created));
      case 1 -> Optional.of(active.getFirst());
      default -> Optional.empty();
    };
  }

  private static boolean saturated(Deployment d, ReplicaSet set) {
    return size(set) == size(d)
        && String.valueOf(size(d)).equals(Labels.annotations(set).get(Revisions.DESIRED))
        && Revisions.available(set) == size(d);
  }

  /** sync.go: what is missing, or too much, is shared out by size; the rest to the largest. */
  private void proportionally(Deployment d, List<ReplicaSet> active) throws ApiError {
    int total = active.stream().mapToInt(Revisions::size).sum();
    int allowed = size(d) > 0 ? size(d) + Revisions.surge(d) : 0;
    int add = allowed - total;
    Comparator<ReplicaSet> bySize =
        Comparator.<ReplicaSet>comparingInt(Revisions::size)
            .reversed()
            .thenComparing(
                add > 0
                    ? Comparator.comparing(Revisions::created).reversed()
                    : Comparator.comparing(Revisions::created));
    List<ReplicaSet> sorted = active.stream().sorted(bySize).toList();
    int added = 0;
    List<Integer> sizes = new ArrayList<>();
    for (ReplicaSet set : sorted) {
      int part = add == 0 ? 0 : Revisions.proportion(set, d, add, added);
      sizes.add(size(set) + part);
      added += part;
    }
    for (int i = 0; i < sorted.size(); i++) {
      int rest = i == 0 ? add - added : 0;
      resize(d, sorted.get(i), Math.max(0, sizes.get(i) + rest));
    }
  }

  private void roll(Deployment d, List<ReplicaSet> own, Optional<ReplicaSet> found)
      throws ApiError {
    List<ReplicaSet> old = Revisions.old(own, found);
    ReplicaSet newest = found.isPresent() ? annotated(d, found.get(), old) : create(d, old);
    int total = old.stream().mapToInt(Revisions::size).sum() + size(newest);
    if (size(newest) > size(d)) {
      resize(d, newest, size(d));
      return;
    }
    if (size(newest) < size(d)) {
      int room = size(d) + Revisions.surge(d) - total;
      int next = room <= 0 ? size(newest) : size(newest) + Math.min(room, size(d) - size(newest));
      if (next != size(newest)) {
        resize(d, newest, next);
        return;
      }
    }
    shrink(d, old, newest, total);
    if (size(newest) == size(d)
        && Revisions.available(newest) == size(d)
        && old.stream().allMatch(s -> size(s) == 0)) {
      cleanUp(d, old);
    }
  }

  /** rolling.go: unhealthy pods of old sets first, then as many as are not needed. */
  private void shrink(Deployment d, List<ReplicaSet> old, ReplicaSet newest, int total)
      throws ApiError {
    int least = size(d) - Revisions.unavailable(d);
    int most = total - least - (size(newest) - Revisions.available(newest));
    List<ReplicaSet> active =
        old.stream()
            .filter(s -> size(s) > 0)
            .sorted(Comparator.comparing(Revisions::created))
            .toList();
    int gone = 0;
    Map<String, Integer> sizes = new HashMap<>();
    for (ReplicaSet set : active) {
      int unhealthy = Math.min(most - gone, size(set) - Revisions.available(set));
      if (gone < most && unhealthy > 0) {
        sizes.put(set.getMetadata().getName(), size(set) - unhealthy);
        gone += unhealthy;
      }
    }
    int ready = active.stream().mapToInt(Revisions::available).sum() + Revisions.available(newest);
    int spare = ready - least;
    for (ReplicaSet set : active) {
      int now = sizes.getOrDefault(set.getMetadata().getName(), size(set));
      int go = Math.min(now, spare);
      if (spare > 0 && now > 0 && most > 0 && go > 0) {
        sizes.put(set.getMetadata().getName(), now - go);
        spare -= go;
      }
    }
    for (ReplicaSet set : active) {
      Integer next = sizes.get(set.getMetadata().getName());
      if (next != null) {
        resize(d, set, next);
      }
    }
  }

  private ReplicaSet create(Deployment d, List<ReplicaSet> old) throws ApiError {
    String hash = Revisions.hash(d);
    Map<String, String> labels = new HashMap<>(d.getSpec().getTemplate().getMetadata().getLabels());
    labels.put(Revisions.HASH, hash);
    int total = old.stream().mapToInt(Revisions::size).sum();
    int room = Math.max(0, size(d) + Revisions.surge(d) - total);
    long revision = old.stream().mapToLong(Revisions::revision).max().orElse(0) + 1;
    ReplicaSet set =
        new ReplicaSetBuilder()
            .withNewMetadata()
            .withName(d.getMetadata().getName() + "-" + hash)
            .withNamespace(d.getMetadata().getNamespace())
            .withLabels(labels)
            .withOwnerReferences(controller(d))
            .endMetadata()
            .withNewSpec()
            .withReplicas(Math.min(room, size(d)))
            .withSelector(
                d.getSpec().getSelector().edit().addToMatchLabels(Revisions.HASH, hash).build())
            .withTemplate(
                d.getSpec()
                    .getTemplate()
                    .edit()
                    .editMetadata()
                    .addToLabels(Revisions.HASH, hash)
                    .endMetadata()
                    .build())
            .endSpec()
            .build();
    return server.create(
        Caller.KUBERNETES, Revisions.sized(d, Revisions.annotated(d, set, revision), size(set)));
  }

  private void resize(Deployment d, ReplicaSet set, int size) throws ApiError {
    ReplicaSet next = Revisions.sized(d, set, size);
    if (!next.equals(set)) {
      var _ = server.update(Caller.KUBERNETES, next);
    }
  }

  /** cleanupDeployment: of old sets without pods only the last ones stay. */
  private void cleanUp(Deployment d, List<ReplicaSet> old) throws ApiError {
    int limit = Optional.ofNullable(d.getSpec().getRevisionHistoryLimit()).orElse(10);
    List<ReplicaSet> alive =
        old.stream()
            .filter(s -> s.getMetadata().getDeletionTimestamp() == null)
            .sorted(Comparator.comparingLong(Revisions::revision))
            .toList();
    for (ReplicaSet set : alive.subList(0, Math.max(0, alive.size() - limit))) {
      boolean seen =
          set.getStatus() != null
              && Objects.equals(
                  set.getStatus().getObservedGeneration(), set.getMetadata().getGeneration());
      if (seen && size(set) == 0 && Revisions.pods(set) == 0) {
        server.delete(Caller.KUBERNETES, Key.of(set), Optional.empty());
      }
    }
  }

  private void status(Deployment d, List<ReplicaSet> own) throws ApiError {
    Deployment now = server.get(Deployment.class, Key.of(d)).orElse(d);
    int replicas = own.stream().mapToInt(Revisions::pods).sum();
    int available = own.stream().mapToInt(Revisions::available).sum();
    int updated = Revisions.newSet(d, own).map(Revisions::pods).orElse(0);
    Deployment next =
        now.edit()
            .withStatus(
                new DeploymentStatusBuilder()
                    .withObservedGeneration(d.getMetadata().getGeneration())
                    .withReplicas(replicas)
                    .withUpdatedReplicas(updated)
                    .withReadyReplicas(available)
                    .withAvailableReplicas(available)
                    .build())
            .build();
    if (!next.equals(now)) {
      var _ = server.updateStatus(Caller.KUBERNETES, next);
    }
  }
}
