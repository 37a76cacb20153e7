package dev.sluice.kubernetes;

import dev.sluice.engine.world.PodSet;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * ReplicaSets of one Deployment: those that it controls, and those that stand beside it. A set is
 * in the Deployment when its own labels are ones that the Deployment selects; the Deployment
 * controller then adopts it. Outside, its labels are ours, and the Deployment is its owner but not
 * its controller: garbage goes with it, and nothing else.
 */
final class Sets {
  /** Written by the Deployment controller into every set that it ever had. */
  private static final String REVISION = "deployment.kubernetes.io/revision";

  /**
   * Of an earlier life; stale, they leave the Deployment in "scaling" for ever, and it would never
   * roll natively again.
   */
  private static final List<String> STALE =
      List.of("deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas");

  private Sets() {}

  static String hash(ReplicaSet set) {
    return Marks.label(set, Marks.HASH)
        .or(() -> Optional.ofNullable(set.getSpec().getSelector().getMatchLabels().get(Marks.HASH)))
        .orElse(set.getMetadata().getName());
  }

  /** How many pods it is to have. */
  static int size(ReplicaSet set) {
    return Optional.ofNullable(set.getSpec().getReplicas()).orElse(1);
  }

  /** The one of that hash among all that belong to the Deployment, in it or beside it. */
  static Optional<ReplicaSet> of(Cluster cluster, Deployment deployment, String hash) {
    return all(cluster, deployment).filter(s -> hash(s).equals(hash)).findFirst();
  }

  private static Stream<ReplicaSet> all(Cluster cluster, Deployment deployment) {
    return cluster
        .sets()
        .ownedBy(deployment.getMetadata().getNamespace(), deployment.getMetadata().getUid())
        .stream();
  }

  /** Those with pods that the Deployment owns: one, unless it rolls. */
  static List<ReplicaSet> active(Cluster cluster, Deployment deployment) {
    return all(cluster, deployment)
        .filter(s -> inDeployment(s, deployment))
        .filter(s -> size(s) > 0)
        .toList();
  }

  /** Stable's, until the hand-over. */
  static Optional<ReplicaSet> serving(Cluster cluster, Deployment deployment) {
    return active(cluster, deployment).stream().findFirst();
  }

  static boolean inDeployment(ReplicaSet set, Deployment deployment) {
    Map<String, String> labels = labels(set);
    LabelSelector selector = deployment.getSpec().getSelector();
    return Selectors.selects(selector, labels);
  }

  /** Whether its controller has taken it: what it writes when it has heard of its labels. */
  private static boolean controlled(ReplicaSet set, Deployment deployment) {
    return set.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            o ->
                Boolean.TRUE.equals(o.getController())
                    && o.getUid().equals(deployment.getMetadata().getUid()));
  }

  /**
   * As the engine sees it, with its pods.
   *
   * @param ready so many of them count
   */
  static PodSet seen(ReplicaSet set, Deployment deployment, List<Pod> pods, int ready) {
    int size = size(set);
    boolean in = inDeployment(set, deployment);
    return new PodSet(
        hash(set),
        Template.fingerprint(set),
        in,
        in && controlled(set, deployment),
        Marks.annotation(set, REVISION).isPresent(),
        size,
        pods.size(),
        ready,
        ready < size ? Pods.trouble(set, pods) : Optional.empty(),
        set.getMetadata().getResourceVersion());
  }

  /** A set of the Deployment's template as it is now, beside the Deployment. */
  static ReplicaSet candidate(Deployment deployment, Workload workload, String hash, int size) {
    LabelSelector selector = deployment.getSpec().getSelector();
    return new ReplicaSetBuilder()
        .withNewMetadata()
        .withName(workload.deployment() + "-" + hash)
        .withNamespace(workload.namespace())
        .addToLabels(Marks.POLICY, workload.policy())
        .addToLabels(Marks.TRACK, "candidate")
        .addToLabels(Marks.HASH, hash)
        .withOwnerReferences(owner(deployment))
        .endMetadata()
        .withNewSpec()
        .withReplicas(size)
        .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
        .withSelector(selector.edit().addToMatchLabels(Marks.HASH, hash).build())
        .withTemplate(Template.hashed(deployment.getSpec().getTemplate(), hash))
        .endSpec()
        .build();
  }

  /** The same set, with labels that its Deployment does not select and without a controller. */
  static ReplicaSet takenOut(ReplicaSet set, Workload workload) {
    return set.edit()
        .editMetadata()
        .withLabels(
            Map.of(Marks.POLICY, workload.policy(), Marks.TRACK, "stable", Marks.HASH, hash(set)))
        .withOwnerReferences(
            set.getMetadata().getOwnerReferences().stream().map(Sets::released).toList())
        .endMetadata()
        .build();
  }

  /** The same set, with the labels of its template: the Deployment adopts and sizes it. */
  static ReplicaSet givenIn(ReplicaSet set) {
    Map<String, String> labels =
        new HashMap<>(set.getSpec().getTemplate().getMetadata().getLabels());
    labels.put(Marks.HASH, hash(set));
    Map<String, String> annotations =
        new HashMap<>(Optional.ofNullable(set.getMetadata().getAnnotations()).orElse(Map.of()));
    STALE.forEach(annotations::remove);
    return set.edit()
        .editMetadata()
        .withLabels(labels)
        .withAnnotations(annotations)
        .endMetadata()
        .build();
  }

  static OwnerReference owner(Deployment deployment) {
    return new OwnerReferenceBuilder()
        .withApiVersion("apps/v1")
        .withKind("Deployment")
        .withName(deployment.getMetadata().getName())
        .withUid(deployment.getMetadata().getUid())
        .build();
  }

  private static OwnerReference released(OwnerReference owner) {
    return owner.edit().withController(null).withBlockOwnerDeletion(null).build();
  }

  private static Map<String, String> labels(ReplicaSet set) {
    return Optional.ofNullable(set.getMetadata().getLabels()).orElse(Map.of());
  }
}
