package dev.sluice.kubernetes;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.port.Actuator.Outcome;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Optional;

/**
 * The disruption budget that a release adds: for the version that the user's own is not pinned to,
 * so that each pod has one. Two over one pod would block its eviction, and so would a copy to the
 * letter: of the two pods of a candidate three can never stay.
 */
final class CandidateBudget {
  private final Cluster cluster;
  private final Workload workload;
  private final Writes writes;

  CandidateBudget(Cluster cluster, Workload workload, Writes writes) {
    this.cluster = cluster;
    this.workload = workload;
    this.writes = writes;
  }

  /** It is there for that set. Nothing where the user has none. */
  Outcome serve(String hash, Deployment deployment) {
    List<PodDisruptionBudget> users = Budgets.of(cluster, workload);
    if (users.isEmpty()) {
      return new Outcome.Applied();
    }
    PodDisruptionBudget wanted =
        Budgets.beside(users.getFirst(), workload, hash, deployment, size(hash));
    Optional<PodDisruptionBudget> now = now();
    if (now.isEmpty()) {
      return writes.created(cluster.budgets(), wanted);
    }
    return now.get().getSpec().equals(wanted.getSpec())
        ? new Outcome.Applied()
        : writes.changed(
            cluster.budgets(),
            now.get(),
            now.get().edit().withSpec(wanted.getSpec()).build(),
            now.get().getMetadata().getResourceVersion());
  }

  /**
   * It follows flips and sizes, and the candidate's own Service: it is there as long as that is.
   *
   * @return why it cannot, a sentence; empty: it does, or will with the next look
   */
  Optional<String> follow(Memory memory) {
    Optional<Run> run = memory.running();
    Optional<Deployment> deployment =
        cluster.deployments().get(workload.namespace(), workload.deployment());
    List<PodDisruptionBudget> users = Budgets.of(cluster, workload);
    boolean served = cluster.services().get(workload.namespace(), workload.candidate()).isPresent();
    if (run.isEmpty() || deployment.isEmpty() || users.isEmpty() || !served) {
      return Optional.empty();
    }
    Run.Versions versions = run.get().versions();
    boolean flipped =
        Marks.annotation(users.getFirst(), Marks.PIN).filter(versions.hash()::equals).isPresent();
    return serve(flipped ? versions.stableHash() : versions.hash(), deployment.get())
            instanceof Outcome.Refused(String why)
        ? Optional.of(why)
        : Optional.empty();
  }

  Outcome drop() {
    return now().map(b -> writes.deleted(cluster.budgets(), b)).orElseGet(Outcome.Applied::new);
  }

  private Optional<PodDisruptionBudget> now() {
    return cluster.budgets().get(workload.namespace(), workload.candidate());
  }

  /** How many pods the set of that hash is to have. */
  private int size(String hash) {
    return cluster
        .deployments()
        .get(workload.namespace(), workload.deployment())
        .flatMap(
            d ->
                cluster.sets().ownedBy(workload.namespace(), d.getMetadata().getUid()).stream()
                    .filter(s -> Sets.hash(s).equals(hash))
                    .findFirst())
        .map(ReplicaSet::getSpec)
        .map(spec -> spec.getReplicas() == null ? 1 : spec.getReplicas())
        .orElse(0);
  }
}
