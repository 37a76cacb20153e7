package dev.sluice.kubernetes.plan;

import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.World;
import dev.sluice.kubernetes.Budgets;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.ClusterObserver;
import dev.sluice.kubernetes.Live;
import dev.sluice.kubernetes.Marking;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.SetPods;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import dev.sluice.kubernetes.evidence.Pins;
import dev.sluice.kubernetes.evidence.PodEvidence;
import dev.sluice.kubernetes.evidence.PodPages;
import dev.sluice.kubernetes.route.Router;
import dev.sluice.probes.gateway.GatewayReader;
import dev.sluice.probes.metrics.Sought;
import dev.sluice.probes.metrics.prometheus.Queries;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The world of a policy as its operator would see it if a release began now. */
public final class Beginning {
  private static final List<String> ROUTES = List.of("HTTPRoute", "GRPCRoute", "Ingress");

  private final Cluster cluster;
  private final Workload workload;
  private final Router router;
  private final World world;
  private final boolean routeIsKnown;

  private Beginning(
      Cluster cluster, Workload workload, Router router, World world, boolean routeIsKnown) {
    this.cluster = cluster;
    this.workload = workload;
    this.router = router;
    this.world = world;
    this.routeIsKnown = routeIsKnown;
  }

  /**
   * @param cluster as it was at one moment
   * @throws IOException if there is no such Deployment
   */
  public static Beginning of(
      ReleasePolicy policy, Cluster cluster, Workload workload, Unseen unseen) throws IOException {
    Marking marking = Marking.byAdmission(workload);
    Writes writes = new Writes(cluster.client(), () -> marking);
    boolean unknown = unseen.any(ROUTES.toArray(String[]::new));
    Router router = unknown ? Router.none() : Router.of(policy, cluster, workload, writes);
    ClusterObserver observer =
        new ClusterObserver(
            cluster,
            workload,
            router,
            () -> marking,
            new NobodyCounts(),
            _ -> Map.of(),
            InstantSource.system());
    return new Beginning(cluster, workload, router, observer.observe(checking(workload)), !unknown);
  }

  /** What an operator remembers in the moment in which a release would be refused. */
  private static Memory checking(Workload workload) {
    Run run =
        new Run(
            workload.policy(),
            new Run.Versions("new", "new", "old", "old"),
            false,
            Phase.CHECKING,
            Instant.EPOCH,
            new Run.Progress(0, false, Optional.empty(), Duration.ZERO, false),
            List.of(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty());
    Memory fresh = Memory.fresh(workload.policy());
    return new Memory(
        fresh.policy(), 0, Optional.of(run), fresh.warm(), fresh.aborted(), fresh.handled());
  }

  /** Whether the policy's routes could be looked at. */
  public boolean routeIsKnown() {
    return routeIsKnown;
  }

  /** What the route can do. */
  public Spec.Route abilities() {
    return router.abilities();
  }

  /** Why the release would not start, a sentence each. */
  public List<String> refusals() {
    return world.blockers();
  }

  /** The one set that serves; empty: it is not clear which does. */
  public Optional<PodSet> serving() {
    List<PodSet> active = world.activeInDeployment();
    return active.size() == 1 ? Optional.of(active.getFirst()) : Optional.empty();
  }

  /** Services and budgets that the release would pin, as entry points are named. */
  public List<String> entryPoints() {
    List<String> all = new ArrayList<>(workload.services());
    Map<String, String> pods =
        cluster
            .deployments()
            .get(workload.namespace(), workload.deployment())
            .map(d -> d.getSpec().getTemplate().getMetadata().getLabels())
            .orElse(Map.of());
    for (PodDisruptionBudget budget : Scaling.over(pods, workload, cluster.budgets())) {
      all.add(Budgets.entryPoint(budget));
    }
    return all;
  }

  /** How long stable's pods took to become ready, in the middle; empty: nobody knows. */
  public Optional<Duration> podsReady() {
    List<Duration> took = new ArrayList<>();
    for (Pod pod : cluster.pods().in(workload.namespace())) {
      boolean stables =
          Marks.label(pod, Marks.HASH)
              .flatMap(hash -> serving().filter(s -> s.hash().equals(hash)))
              .isPresent();
      if (stables && pod.getStatus() != null && !restarted(pod)) {
        took(pod).ifPresent(took::add);
      }
    }
    Collections.sort(took);
    return took.isEmpty() ? Optional.empty() : Optional.of(took.get(took.size() / 2));
  }

  private static boolean restarted(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream().anyMatch(c -> c.getRestartCount() > 0);
  }

  private static Optional<Duration> took(Pod pod) {
    String started = pod.getStatus().getStartTime();
    return started == null
        ? Optional.empty()
        : pod.getStatus().getConditions().stream()
            .filter(c -> c.getType().equals("Ready") && c.getStatus().equals("True"))
            .map(c -> Instant.parse(c.getLastTransitionTime()))
            .map(ready -> Duration.between(Instant.parse(started), ready))
            .filter(d -> !d.isNegative())
            .findFirst();
  }

  /**
   * The counters of the pods, and of gateways if any are named, through the API server.
   *
   * @param resolved the policy's metrics
   * @param gateways their pages
   */
  public TodaysTraffic traffic(Resolved resolved, List<URI> gateways) {
    PodEvidence evidence =
        new PodEvidence(
            new SetPods(cluster, workload),
            PodPages.throughApiServer(cluster.client()),
            GatewayReader.of(gateways),
            new Queries(Optional.empty(), workload.namespace(), Map.of(), InstantSource.system()),
            _ -> new Pins(pins(), Optional.empty()),
            new PodEvidence.Settings(
                workload.namespace(),
                resolved.policy().spec().analysis().scrape(),
                Sought.nothing(),
                PodEvidence.Settings.SAMPLE,
                OptionalDouble.empty()),
            InstantSource.system());
    return new TodaysTraffic(evidence, world, serving());
  }

  /** All Services lead to the one version that there is. */
  private Map<String, String> pins() {
    return serving()
        .map(
            set ->
                workload.services().stream()
                    .collect(Collectors.toMap(s -> s, _ -> set.hash(), (a, _) -> a)))
        .orElse(Map.of());
  }

  /** Nobody has counted anything so far. */
  private static final class NobodyCounts implements Live {
    @Override
    public Traffic traffic() {
      return Traffic.unknown();
    }

    @Override
    public Optional<Served> served() {
      return Optional.empty();
    }

    @Override
    public void routingChanged() {}
  }
}
