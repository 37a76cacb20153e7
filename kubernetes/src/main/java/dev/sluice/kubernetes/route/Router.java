package dev.sluice.kubernetes.route;

import dev.sluice.api.ReleasePolicy;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.world.RouteState;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import java.util.List;
import java.util.Optional;

/** What divides requests between the root Service and the candidate's. */
public interface Router {
  /** The route as it is written; empty where the policy names none. */
  Optional<RouteState> state();

  /**
   * Divides as the split says.
   *
   * @param version of the state that was seen
   */
  Outcome write(Split split, String version);

  /** The route is what the user wrote, to the letter. */
  Outcome clear(String version);

  /** What it can do. */
  Spec.Route abilities();

  /** Why no release may start through it, a sentence each. */
  List<String> refusals();

  /** What a release that is under way needs of it and is not there, a sentence each. */
  List<String> missing();

  /** By the route that the policy names. */
  static Router of(ReleasePolicy policy, Cluster cluster, Workload workload, Writes writes) {
    Asked asked = Asked.of(policy.spec().strategy());
    if (!workload.ingresses().isEmpty()) {
      return new IngressRouter(cluster.ingresses().orElseThrow(), workload, writes, asked);
    }
    return workload.route().isPresent()
        ? new GatewayRouter(cluster, workload, writes, asked)
        : none();
  }

  /** Where the policy names no route. */
  static Router none() {
    return new Router() {
      @Override
      public Optional<RouteState> state() {
        return Optional.empty();
      }

      @Override
      public Outcome write(Split split, String version) {
        return new Outcome.Refused("The policy names no route that could be split.");
      }

      @Override
      public Outcome clear(String version) {
        return new Outcome.Applied();
      }

      @Override
      public Spec.Route abilities() {
        return new Spec.Route(false, false, false);
      }

      @Override
      public List<String> refusals() {
        return List.of();
      }

      @Override
      public List<String> missing() {
        return List.of();
      }
    };
  }
}
