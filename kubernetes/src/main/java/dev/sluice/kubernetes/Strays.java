package dev.sluice.kubernetes;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.port.Actuator.Outcome;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Optional;

/**
 * Where nothing but a pause keeps a Deployment from rolling, somebody who un-pauses it has its
 * controller begin before it is paused again. The set that it made is no part of any release: pins
 * keep users away from it, and it goes, so that one version is stable and a paused Deployment has
 * one set with pods.
 */
final class Strays {
  private final Cluster cluster;
  private final Workload workload;
  private final Writes writes;

  Strays(Cluster cluster, Workload workload, Writes writes) {
    this.cluster = cluster;
    this.workload = workload;
    this.writes = writes;
  }

  /** Takes away what began by itself beside the release that runs, or was aborted and stands. */
  void end(Memory memory) {
    Optional<Deployment> held =
        cluster
            .deployments()
            .get(workload.namespace(), workload.deployment())
            .filter(writes.marking()::held);
    Optional<Run> run = memory.run().filter(r -> stableIsTheDeployments(r.phase()));
    if (held.isPresent() && run.isPresent()) {
      end(held.get(), run.get().versions());
    }
  }

  private static boolean stableIsTheDeployments(Phase phase) {
    return phase.canTurnBack() || phase == Phase.ABORTING || phase == Phase.ABORTED;
  }

  private void end(Deployment deployment, Run.Versions versions) {
    for (ReplicaSet set :
        cluster.sets().ownedBy(workload.namespace(), deployment.getMetadata().getUid())) {
      boolean stray =
          Sets.inDeployment(set, deployment)
              && Sets.size(set) > 0
              && !Sets.hash(set).equals(versions.stableHash())
              && !Sets.hash(set).equals(versions.hash())
              && Template.fingerprint(set).equals(versions.template());
      if (stray) {
        // Refused or not: whoever looks next sees it, and tries again.
        Outcome _ = writes.deleted(cluster.sets(), set);
      }
    }
  }
}
