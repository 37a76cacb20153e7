package dev.sluice.kubernetes;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.port.Observer;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.EntryPoint;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.World;
import dev.sluice.kubernetes.route.Router;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads the world of one policy from what the watches have seen, which is never behind our writes.
 */
public final class ClusterObserver implements Observer {
  private final Cluster cluster;
  private final Workload workload;
  private final Router router;
  private final Supplier<Marking> marking;
  private final Live live;
  private final Refusals refusals;
  private final Function<String, Map<String, CheckResult>> checks;
  private final InstantSource clock;
  private volatile Optional<Run> running = Optional.empty();
  private final Settling settling = new Settling();

  /**
   * @param marking says which Deployment is held, at that moment
   * @param checks results by check name, of the release of that id
   */
  public ClusterObserver(
      Cluster cluster,
      Workload workload,
      Router router,
      Supplier<Marking> marking,
      Live live,
      Function<String, Map<String, CheckResult>> checks,
      InstantSource clock) {
    this.cluster = cluster;
    this.workload = workload;
    this.router = router;
    this.marking = marking;
    this.live = live;
    this.checks = checks;
    this.clock = clock;
    this.refusals = new Refusals(cluster, workload, router);
  }

  @Override
  public World observe(Memory memory) throws IOException {
    running = memory.running();
    Deployment deployment =
        cluster
            .deployments()
            .get(workload.namespace(), workload.deployment())
            .orElseThrow(
                () ->
                    new IOException(
                        "There is no Deployment %s in %s"
                            .formatted(workload.deployment(), workload.namespace())));
    List<PodSet> sets = sets(deployment);
    Marking holds = marking.get();
    return new World(
        new dev.sluice.engine.world.Workload(
            Template.fingerprint(deployment),
            Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1),
            holds.held(deployment),
            observed(deployment),
            holds.authors(deployment),
            deployment.getMetadata().getResourceVersion()),
        sets,
        entryPoints(),
        router.state(),
        service(workload.candidate()).flatMap(ClusterObserver::selectedHash),
        workload.preview().flatMap(this::service).flatMap(s -> Marks.annotation(s, Marks.PIN)),
        checks.apply(running.map(Run::id).orElse("")),
        commands(memory),
        refusals.of(deployment, sets, memory),
        live.traffic(),
        live.served());
  }

  /** As {@code kubectl rollout status} looks: the controller's status is of the spec as it is. */
  private static boolean observed(Deployment deployment) {
    return Optional.ofNullable(deployment.getStatus())
        .map(DeploymentStatus::getObservedGeneration)
        .filter(seen -> seen >= deployment.getMetadata().getGeneration())
        .isPresent();
  }

  /** The release that was observed last; empty: none ran. */
  Optional<Run> running() {
    return running;
  }

  @Override
  public Optional<Instant> changesAt() {
    return settling.changesAt();
  }

  private List<PodSet> sets(Deployment deployment) {
    Instant now = clock.instant();
    String uid = deployment.getMetadata().getUid();
    List<PodSet> seen = new ArrayList<>();
    settling.look();
    for (ReplicaSet set : cluster.sets().ownedBy(workload.namespace(), uid)) {
      List<Pod> pods =
          cluster.pods().ownedBy(workload.namespace(), set.getMetadata().getUid()).stream()
              .filter(p -> !Pods.over(p))
              .toList();
      seen.add(Sets.seen(set, deployment, pods, settling.ready(set, pods, now)));
    }
    settling.looked();
    seen.sort(Comparator.comparing(PodSet::hash));
    return seen;
  }

  private List<EntryPoint> entryPoints() {
    List<EntryPoint> points = new ArrayList<>();
    for (String name : workload.services()) {
      service(name)
          .ifPresent(
              s -> points.add(new EntryPoint(name, pin(s), s.getMetadata().getResourceVersion())));
    }
    for (PodDisruptionBudget budget : Budgets.of(cluster, workload)) {
      points.add(
          new EntryPoint(
              Budgets.entryPoint(budget),
              Marks.annotation(budget, Marks.PIN),
              budget.getMetadata().getResourceVersion()));
    }
    return points;
  }

  private List<Command> commands(Memory memory) {
    return Commands.open(
        cluster.commands().stream()
            .flatMap(all -> all.in(workload.namespace()).stream())
            .flatMap(c -> Commands.read(c).stream()),
        memory);
  }

  private Optional<Service> service(String name) {
    return cluster.services().get(workload.namespace(), name);
  }

  /** A mark that is not in the selector keeps nobody from the candidate: then it is none. */
  private static Optional<String> pin(Service service) {
    Map<String, String> selector = service.getSpec().getSelector();
    return Marks.annotation(service, Marks.PIN)
        .filter(
            hash ->
                selector == null || selector.isEmpty() || hash.equals(selector.get(Marks.HASH)));
  }

  private static Optional<String> selectedHash(Service service) {
    return Optional.ofNullable(service.getSpec().getSelector()).map(s -> s.get(Marks.HASH));
  }
}
