package dev.sluice.kubernetes;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.port.Actuator.Outcome;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
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
    return Budgets.of(cluster, workload).stream()
        .findFirst()
        .map(user -> beside(user, hash, deployment))
        .orElseGet(Outcome.Applied::new);
  }

  /**
   * It follows flips and sizes, and the candidate's own Service: it is there as long as that is.
   *
   * @return why it cannot, a sentence; empty: it does, or will with the next look
   */
  Optional<String> follow(Memory memory) {
    Optional<Run> run = memory.running();
    if (cluster.services().get(workload.namespace(), workload.candidate()).isEmpty()) {
      // Another process may have made it again after this one had taken both away.
      return refused(ours().isPresent() ? drop() : new Outcome.Applied());
    }
    if (run.isEmpty()) {
      return Optional.empty();
    }
    Optional<PodDisruptionBudget> user = Budgets.of(cluster, workload).stream().findFirst();
    Optional<Deployment> deployment =
        cluster.deployments().get(workload.namespace(), workload.deployment());
    if (user.isEmpty() || deployment.isEmpty()) {
      return Optional.empty();
    }
    Run.Versions versions = run.get().versions();
    boolean flipped =
        Marks.annotation(user.get(), Marks.PIN).filter(versions.hash()::equals).isPresent();
    String other = flipped ? versions.stableHash() : versions.hash();
    return refused(beside(user.get(), other, deployment.get()));
  }

  private static Optional<String> refused(Outcome outcome) {
    return outcome instanceof Outcome.Refused(String why) ? Optional.of(why) : Optional.empty();
  }

  private Outcome beside(PodDisruptionBudget user, String hash, Deployment deployment) {
    int size = Sets.of(cluster, deployment, hash).map(Sets::size).orElse(0);
    PodDisruptionBudget wanted = Budgets.beside(user, workload, hash, deployment, size);
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

  Outcome drop() {
    return now().map(b -> writes.deleted(cluster.budgets(), b)).orElseGet(Outcome.Applied::new);
  }

  private Optional<PodDisruptionBudget> ours() {
    return now().filter(b -> Marks.label(b, Marks.TRACK).filter("candidate"::equals).isPresent());
  }

  private Optional<PodDisruptionBudget> now() {
    return cluster.budgets().get(workload.namespace(), workload.candidate());
  }
}
