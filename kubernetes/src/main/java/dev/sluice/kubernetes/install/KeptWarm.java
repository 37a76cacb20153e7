package dev.sluice.kubernetes.install;

import static java.util.stream.Collectors.joining;

import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Marks;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/**
 * A set beside its Deployment that has pods though no release runs: an old version, kept for a way
 * back. Users would reach it through every Service that loses its pin. A set carries the label by
 * which it is found only while it is out of its Deployment, so none of a Deployment at rest does.
 *
 * @param until the operator's words for when its pods go; empty: it says nothing of it
 * @param policy whether the ReleasePolicy is there that keeps it
 */
record KeptWarm(ReplicaSet set, Optional<String> until, boolean policy) {
  /**
   * @param onlyIn the one namespace that is looked at; empty: all
   */
  static List<KeptWarm> in(KubernetesClient client, Optional<String> onlyIn) {
    var all = client.apps().replicaSets();
    return (onlyIn.isPresent() ? all.inNamespace(onlyIn.get()) : all.inAnyNamespace())
        .withLabel(Marks.POLICY).withLabel(Marks.TRACK).list().getItems().stream()
            .filter(set -> set.getMetadata().getDeletionTimestamp() == null && pods(set) > 0)
            .filter(set -> isOfAnInstallation(client, set))
            .map(set -> of(client, set))
            .toList();
  }

  /** Why nothing is removed while there are some, and what to do. */
  static String refusal(List<KeptWarm> some) {
    String ends =
        some.stream().filter(KeptWarm::policy).map(KeptWarm::end).distinct().collect(joining());
    return "Nothing was removed: an old version is kept warm, and without Sluice's pins users would"
        + " reach it again:\n"
        + some.stream().map(KeptWarm::described).collect(joining())
        + (ends.isEmpty()
            ? ""
            : "Wait until its pods are gone, or let the operator end it now, which takes seconds:\n"
                + ends)
        + "If no operator runs any more, they stay: docs/escape.md ends it with kubectl alone.";
  }

  private static KeptWarm of(KubernetesClient client, ReplicaSet set) {
    Optional<GenericKubernetesResource> policy =
        Optional.ofNullable(
            client
                .genericKubernetesResources(Cluster.POLICIES)
                .inNamespace(set.getMetadata().getNamespace())
                .withName(name(set))
                .get());
    return new KeptWarm(
        set,
        policy
            .filter(p -> "keeping-warm".equals(p.get("status", "reason")))
            .map(p -> p.get("status", "message")),
        policy.isPresent());
  }

  /**
   * Not of a {@code sluice run}, whose objects an uninstall leaves alone, and not one that goes
   * with its Deployment.
   */
  private static boolean isOfAnInstallation(KubernetesClient client, ReplicaSet set) {
    var deployments = client.apps().deployments().inNamespace(set.getMetadata().getNamespace());
    for (OwnerReference owner : set.getMetadata().getOwnerReferences()) {
      Optional<Deployment> deployment =
          owner.getKind().equals("Deployment")
              ? Optional.ofNullable(deployments.withName(owner.getName()).get())
              : Optional.empty();
      if (deployment.isPresent()) {
        return Marks.label(deployment.get(), Marks.RUN).isEmpty();
      }
    }
    return false;
  }

  /** Those that it is to have, and those that it still has. */
  private static int pods(ReplicaSet set) {
    int asked = Optional.ofNullable(set.getSpec().getReplicas()).orElse(1);
    return set.getStatus() == null
        ? asked
        : Math.max(asked, Optional.ofNullable(set.getStatus().getReplicas()).orElse(0));
  }

  private static String name(ReplicaSet set) {
    return Marks.label(set, Marks.POLICY).orElseThrow();
  }

  private String described() {
    return "  %s/%s: ReplicaSet %s, pods: %d%s\n"
        .formatted(
            set.getMetadata().getNamespace(),
            name(set),
            set.getMetadata().getName(),
            pods(set),
            policy
                ? until.map(said -> ". " + said).orElse(".")
                : ". Its ReleasePolicy is not there any more.");
  }

  private String end() {
    return "  kubectl -n %s patch releasepolicy %s --type=merge -p '{\"spec\":{\"keepWarm\":\"0s\"}}'\n"
        .formatted(set.getMetadata().getNamespace(), name(set));
  }
}
