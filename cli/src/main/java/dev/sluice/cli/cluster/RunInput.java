package dev.sluice.cli.cluster;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.cli.InputFile;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Strategy;
import dev.sluice.kubernetes.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The policy that a run follows, read and found right. */
record RunInput(Resolved resolved, Workload workload, Plan plan) {
  /**
   * The objects of a file.
   *
   * @throws Failed with every mistake of the file
   */
  static Manifest manifest(Path file) throws Failed {
    return switch (Manifest.read(InputFile.read(file))) {
      case Parsed.Ok<Manifest> ok -> ok.value();
      case Parsed.Bad<Manifest> bad -> throw Failed.file(file.toString(), bad.problems());
    };
  }

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
    List<ReleasePolicy> policies =
        manifest.objects().stream()
            .filter(ReleasePolicy.class::isInstance)
            .map(ReleasePolicy.class::cast)
            .toList();
    if (policies.size() != 1) {
      throw new Failed(
          Exit.USAGE,
          "%s has %d ReleasePolicies; a run follows one.".formatted(file, policies.size()));
    }
    ReleasePolicy policy = in(policies.getFirst(), file, namespace, usual);
    Workload workload = Workload.of(policy);
    Problems problems = new Problems();
    // As it is written in the file: templates beside it are looked up by its own namespace.
    Resolved found =
        Resolved.of(policies.getFirst(), manifest, abilities.apply(workload), problems);
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

  private static ReleasePolicy in(
      ReleasePolicy policy, Path file, Optional<String> namespace, String usual) throws Failed {
    Optional<String> written = policy.metadata().namespace();
    if (namespace.isPresent() && written.filter(n -> !n.equals(namespace.get())).isPresent()) {
      throw new Failed(
          Exit.USAGE,
          "%s is for the namespace %s, and --namespace says %s."
              .formatted(file, written.get(), namespace.get()));
    }
    return new ReleasePolicy(
        policy.metadata().in(written.or(() -> namespace).orElse(usual)), policy.spec());
  }

  private static boolean asks(Plan plan) {
    boolean after =
        plan.spec().strategy() instanceof Strategy.BlueGreen blueGreen
            && blueGreen.approval() != Approval.NONE;
    return after || plan.stages().stream().anyMatch(s -> s.approval() != Approval.NONE);
  }
}
