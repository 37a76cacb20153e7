package dev.sluice.sim.cluster;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a Deployment and its sets say of each other: util/deployment_util.go. */
final class Revisions {
  static final String HASH = "pod-template-hash";
  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  static final String MOST = "deployment.kubernetes.io/max-replicas";

  /** Annotations that a set does not take over: annotationsToSkip. */
  private static final Set<String> OWN =
      Set.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          REVISION,
          "deployment.kubernetes.io/revision-history",
          DESIRED,
          MOST);

  private Revisions() {}

  static int size(Deployment d) {
    return Optional.ofNullable(d.getSpec().getReplicas()).orElse(1);
  }

  static int size(ReplicaSet set) {
    return Optional.ofNullable(set.getSpec().getReplicas()).orElse(1);
  }

  static int pods(ReplicaSet set) {
    return set.getStatus() == null
        ? 0
        : Optional.ofNullable(set.getStatus().getReplicas()).orElse(0);
  }

  static int available(ReplicaSet set) {
    return set.getStatus() == null
        ? 0
        : Optional.ofNullable(set.getStatus().getAvailableReplicas()).orElse(0);
  }

  static String created(ReplicaSet set) {
    return set.getMetadata().getCreationTimestamp() + set.getMetadata().getName();
  }

  static long revision(ReplicaSet set) {
    return Long.parseLong(Labels.annotations(set).getOrDefault(REVISION, "0"));
  }

  /** FindNewReplicaSet: the oldest of the Deployment's template. */
  static Optional<ReplicaSet> newSet(Deployment d, List<ReplicaSet> own) {
    return own.stream()
        .sorted(Comparator.comparing(Revisions::created))
        .filter(s -> same(s.getSpec().getTemplate(), d.getSpec().getTemplate()))
        .findFirst();
  }

  static List<ReplicaSet> old(List<ReplicaSet> own, Optional<ReplicaSet> newest) {
    return own.stream()
        .filter(
            s ->
                newest
                    .filter(n -> n.getMetadata().getName().equals(s.getMetadata().getName()))
                    .isEmpty())
        .toList();
  }

  /** EqualIgnoreHash. */
  private static boolean same(PodTemplateSpec one, PodTemplateSpec other) {
    return bare(one).equals(bare(other)) && one.getSpec().equals(other.getSpec());
  }

  private static Map<String, Map<String, String>> bare(PodTemplateSpec template) {
    Map<String, String> labels =
        new HashMap<>(Optional.ofNullable(template.getMetadata().getLabels()).orElse(Map.of()));
    labels.remove(HASH);
    return Map.of(
        "labels",
        labels,
        "annotations",
        Optional.ofNullable(template.getMetadata().getAnnotations()).orElse(Map.of()));
  }

  /** One for each template; the real one is another number, which nobody depends on. */
  static String hash(Deployment d) {
    int hash =
        (bare(d.getSpec().getTemplate()).toString() + d.getSpec().getTemplate().getSpec())
            .hashCode();
    return "n" + Integer.toUnsignedString(hash, 36);
  }

  static int surge(Deployment d) {
    return share(d, d.getSpec().getStrategy().getRollingUpdate().getMaxSurge(), true);
  }

  /** Rounded down; not both may be 0. */
  static int unavailable(Deployment d) {
    int most = share(d, d.getSpec().getStrategy().getRollingUpdate().getMaxUnavailable(), false);
    return most == 0 && surge(d) == 0 ? 1 : Math.min(most, size(d));
  }

  private static int share(Deployment d, IntOrString said, boolean up) {
    if (said.getIntVal() != null) {
      return said.getIntVal();
    }
    int percent = Integer.parseInt(said.getStrVal().replace("%", ""));
    return up ? Math.ceilDiv(percent * size(d), 100) : percent * size(d) / 100;
  }

  /** GetReplicaSetProportion: its share of what is to be added, and never more than is left. */
  static int proportion(ReplicaSet set, Deployment d, int add, int added) {
    int most =
        Integer.parseInt(
            Labels.annotations(set).getOrDefault(MOST, String.valueOf(size(d) + surge(d))));
    int target = size(d) == 0 ? 0 : size(d) + surge(d);
    int part =
        size(d) == 0
            ? -size(set)
            : (int) Math.round((double) size(set) * target / most) - size(set);
    int left = add - added;
    return add > 0 ? Math.min(part, left) : Math.max(part, left);
  }

  /** SetNewReplicaSetAnnotations. */
  static ReplicaSet annotated(Deployment d, ReplicaSet set, long revision) {
    Map<String, String> next = new HashMap<>(Labels.annotations(set));
    Labels.annotations(d)
        .forEach(
            (key, value) -> {
              if (!OWN.contains(key)) {
                next.put(key, value);
              }
            });
    if (revision(set) < revision) {
      next.put(REVISION, String.valueOf(revision));
    }
    return set.edit().editMetadata().withAnnotations(next).endMetadata().build();
  }

  /** scaleReplicaSet: with the size the annotations that tell scaling from rolling. */
  static ReplicaSet sized(Deployment d, ReplicaSet set, int size) {
    Map<String, String> next = new HashMap<>(Labels.annotations(set));
    next.put(DESIRED, String.valueOf(size(d)));
    next.put(MOST, String.valueOf(size(d) + surge(d)));
    return set.edit()
        .editMetadata()
        .withAnnotations(next)
        .endMetadata()
        .editSpec()
        .withReplicas(size)
        .endSpec()
        .build();
  }
}
