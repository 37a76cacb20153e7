package dev.sluice.cli.cluster;

import dev.sluice.api.Manifest;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Strategy;
import dev.sluice.kubernetes.Workload;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The policy that a run follows, read and found right. */
record RunInput(Resolved resolved, Workload workload, Plan plan) {
  /**
   * @param namespace instead of the file's; empty: the file's, else that of the kubeconfig
   * @param usual the kubeconfig's
   * @param abilities of the route that a workload has
   * @throws Failed if it cannot be followed by a run
   */
  static RunInput of(
      Path file,
      Manifest manifest,
      Optional<String> namespace,
      String usual,
      Function<Workload, Spec.Route> abilities)
      throws Failed {
    PolicyFile read = PolicyFile.of(file, manifest, "a run follows one");
    ReleasePolicy policy =
        new ReleasePolicy(
            read.policy().metadata().in(read.namespace(namespace, usual)), read.policy().spec());
    Workload workload = Workload.of(policy);
    Problems problems = new Problems();
    // As it is written in the file: templates beside it are looked up by its own namespace.
    Resolved found = Resolved.of(read.policy(), manifest, abilities.apply(workload), problems);
    Resolved resolved = new Resolved(policy, found.spec(), found.metrics());
    if (!problems.none()) {
      throw Failed.file(file.toString(), problems.list());
    }
    Plan plan = Plan.of(resolved.spec());
    if (!workload.grpcRoutes().isEmpty() || !workload.ingresses().isEmpty()) {
      throw new Failed(
          Exit.USAGE,
          "%s releases by a GRPCRoute or an Ingress, and a run splits HTTPRoutes only: name one, or release by an operator."
              .formatted(file));
    }
    if (asks(plan)) {
      throw new Failed(
          Exit.USAGE,
          "%s asks a person for approval, and nobody can give it in a run: take approve out, or release by an operator."
              .formatted(file));
    }
    return new RunInput(resolved, workload, plan);
  }

  /** What its route can do where nothing of Sluice is installed. */
  static Spec.Route abilities(Workload workload) {
    return new Spec.Route(!workload.httpRoutes().isEmpty(), false, false);
  }

  private static boolean asks(Plan plan) {
    boolean after =
        plan.spec().strategy() instanceof Strategy.BlueGreen blueGreen
            && blueGreen.approval() != Approval.NONE;
    return after || plan.stages().stream().anyMatch(s -> s.approval() != Approval.NONE);
  }
}
