package dev.sluice.engine.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a policy asks for, in the engine's terms.
 *
 * @param services every Service that selects the pods: each is an entry point and is pinned
 * @param route what splits traffic; empty: blue-green flips, a canary goes by replicas
 * @param keepWarm how long the old pods stay after success
 * @param drain how long kept-alive connections may finish once no new request comes
 * @param prepareWithin how long the candidate's pods may take to become ready
 * @param approvals whose yes counts where a stage asks for one
 * @param leaving the policy is being removed: what runs ends, and nothing begins
 */
public record Spec(
    Strategy strategy,
    List<String> services,
    Optional<Route> route,
    Duration keepWarm,
    Duration drain,
    Duration prepareWithin,
    AfterAbort afterAbort,
    Analysis analysis,
    Capacity capacity,
    List<CheckSpec> checks,
    Approvals approvals,
    boolean leaving) {
  public Spec {
    services = List.copyOf(services);
    checks = List.copyOf(checks);
  }

  /** The same policy, being removed. */
  public Spec asLeaving() {
    return new Spec(
        strategy,
        services,
        route,
        keepWarm,
        drain,
        prepareWithin,
        afterAbort,
        analysis,
        capacity,
        checks,
        approvals,
        true);
  }

  /** What the route can do; probed, never assumed. */
  public record Route(boolean match, boolean affinity, boolean mirror) {
    public static final Route FULL = new Route(true, true, true);
  }

  /** What becomes of the failed template: stands held as it is, or stable's is written back. */
  public enum AfterAbort {
    KEEP,
    REVERT
  }
}
