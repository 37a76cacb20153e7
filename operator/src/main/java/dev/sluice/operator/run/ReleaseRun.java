package dev.sluice.operator.run;

import dev.sluice.api.Resolved;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.port.Observer;
import dev.sluice.engine.world.World;
import dev.sluice.kubernetes.Adoption;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.ClusterActuator;
import dev.sluice.kubernetes.ClusterObserver;
import dev.sluice.kubernetes.Marking;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import dev.sluice.kubernetes.route.Router;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.Listener;
import dev.sluice.operator.Saved;
import dev.sluice.operator.Settings;
import dev.sluice.operator.SteadyClock;
import dev.sluice.operator.cluster.Sources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Drives one release to its end, and leaves everything as its user wrote it but for the new
 * template. It has three parts, and a process that is killed in any of them is continued by the
 * next one: adopt, and change the template in the write that pauses; run until the release has
 * ended; leave, as a policy that is removed does. What is remembered, and the template that comes
 * back if it is not to be, are in a ConfigMap; a lease sees to it that there is one run at a time.
 */
public final class ReleaseRun implements AutoCloseable {
  private static final Duration SYNC = Duration.ofSeconds(60);
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** What cannot begin for so long will not begin by itself. */
  private static final Duration BLOCKED = Duration.ofSeconds(30);

  /** For everything to be given back. */
  private static final Duration LEAVING = Duration.ofMinutes(10);

  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final int TRIES = 30;

  private final KubernetesClient client;
  private final Resolved policy;
  private final Map<String, String> images;
  private final Listener listener;
  private final Settings settings = Settings.defaults().idling(IDLE);
  private final InstantSource clock = SteadyClock.SYSTEM;
  private final Stopping stopping = new Stopping();
  private final Workload workload;
  private final Cluster cluster;
  private final Writes writes;
  private final Adoption adoption;
  private final Router router;
  private final Sources.Maker sources;
  private final String writer = UUID.randomUUID().toString();
  private final ConfigMapStore store;
  private volatile Optional<ControlLoop> loop = Optional.empty();
  private volatile boolean lost;

  /**
   * @param images by container; empty: the Deployment is paused with its new template already
   */
  public ReleaseRun(
      KubernetesClient client,
      Resolved policy,
      Workload ofPolicy,
      Map<String, String> images,
      Sources.Factory sources,
      Routers routers,
      Listener listener) {
    this.client = client;
    this.policy = policy;
    this.images = Map.copyOf(images);
    this.listener = listener;
    this.workload = ofPolicy.ofRun();
    this.cluster = Cluster.withoutSluice(client, workload, this::changed);
    Marking marking = Marking.written(workload);
    this.writes = new Writes(client, () -> marking);
    this.adoption = new Adoption(cluster, workload, writes, clock);
    this.router = routers.of(cluster, workload, writes);
    this.sources = sources.on(cluster);
    this.store = new ConfigMapStore(client, workload.namespace(), workload.policy(), writer);
  }

  /** Makes the router that the policy asks for. */
  @FunctionalInterface
  public interface Routers {
    Router of(Cluster cluster, Workload workload, Writes writes);
  }

  private void changed(HasMetadata object) {
    loop.ifPresent(ControlLoop::poke);
  }

  /** Traffic back to stable, then the end. A second call changes nothing. */
  public void stop(String by, String why) {
    stopping.ask(by, why, false, clock.instant());
    loop.ifPresent(ControlLoop::poke);
  }

  /**
   * Returns when the release has ended and everything is given back, or when it must not begin.
   *
   * @param within after which it turns back
   * @throws IOException if the API server cannot be reached, or does not allow what it takes
   */
  public RunEnd run(Duration within) throws IOException, InterruptedException {
    String name = ConfigMapStore.name(workload.policy());
    try (RunLease lease =
        RunLease.ask(client, workload.namespace(), name, "sluice-run-" + writer, this::lost)) {
      if (!lease.within(Duration.ofSeconds(3))) {
        listener.troubled(
            "Another run has the lease %s; it is waited for, for %d s."
                .formatted(name, RunLease.PATIENCE.toSeconds()));
        if (!lease.within(RunLease.PATIENCE)) {
          if (client.leases().inNamespace(workload.namespace()).withName(name).get() == null) {
            throw new IOException(
                "The lease %s cannot be made in %s: may you create and update leases there?"
                    .formatted(name, workload.namespace()));
          }
          return new RunEnd.Taken(
              "Another run releases %s: it has the lease %s. Wait for its end, or stop it."
                  .formatted(workload.deployment(), name));
        }
      }
      synced();
      Optional<RunEnd> not = begin();
      return not.isPresent() ? not.get() : drive(clock.instant().plus(within));
    }
  }

  private void lost() {
    lost = true;
    loop.ifPresent(ControlLoop::stop);
  }

  private void synced() throws IOException, InterruptedException {
    try {
      cluster.synced(SYNC);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException(
          "%s May you list and watch what is in %s?"
              .formatted(e.getMessage(), workload.namespace()),
          e);
    }
  }

  /** Empty: it has begun, now or in an earlier process. */
  private Optional<RunEnd> begin() throws IOException, InterruptedException {
    Optional<Deployment> found =
        cluster.deployments().get(workload.namespace(), workload.deployment());
    return switch (Start.of(found, workload, images)) {
      case Start.Refused(String sentence) -> Optional.of(new RunEnd.Refused(sentence));
      case Start.Begun _ -> Optional.empty();
      case Start.Now _ when stopping.asked().isPresent() ->
          Optional.of(
              new RunEnd.NotBegun(
                  "It was interrupted before the release began; nothing was changed."));
      case Start.Now(PodTemplateSpec before, PodTemplateSpec wanted) -> {
        store.begin(before, store.load().map(this::forgotten));
        again(
            () -> adoption.begin(d -> d.edit().editSpec().withTemplate(wanted).endSpec().build()));
        yield Optional.empty();
      }
    };
  }

  /** Releases go on being counted; everything else of earlier ones is their own business. */
  private Saved forgotten(Saved earlier) {
    return new Saved(
        earlier.schema(),
        new Memory(
            workload.policy(),
            earlier.memory().number(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of()),
        earlier.seq(),
        earlier.ledger(),
        earlier.counters(),
        earlier.readAt(),
        earlier.calibration(),
        earlier.shown(),
        earlier.past(),
        earlier.apart(),
        List.of(),
        Condition.MOVING,
        Optional.empty());
  }

  private RunEnd drive(Instant deadline) throws IOException, InterruptedException {
    Saved saved = loop(policy.spec(), Stopping::commanding, new Over(deadline));
    if (lost || !over(saved)) {
      return unfinished();
    }
    boolean succeeded = saved.memory().run().filter(r -> r.phase() == Phase.SUCCEEDED).isPresent();
    boolean nothing = saved.memory().run().isEmpty() && stopping.asked().isEmpty();
    Optional<PodTemplateSpec> before = store.before();
    Instant end = clock.instant().plus(LEAVING);
    Saved last =
        loop(
            policy.spec().asLeaving(),
            (_, observer) -> observer,
            (s, world) -> isLeft(s, world) || clock.instant().isAfter(end));
    if (lost || clock.instant().isAfter(end)) {
      return unfinished();
    }
    // A release that was taken back has written stable's template; one that never began has not.
    boolean unbegun = last.memory().run().isEmpty() && !nothing;
    again(() -> adoption.leave(d -> unbegun ? with(d, before) : d));
    return ending(last, succeeded, nothing);
  }

  private static Deployment with(Deployment deployment, Optional<PodTemplateSpec> template) {
    return template
        .map(t -> deployment.edit().editSpec().withTemplate(t).endSpec().build())
        .orElse(deployment);
  }

  private RunEnd ending(Saved saved, boolean succeeded, boolean nothing) {
    String why =
        saved.decisions().stream()
            .filter(d -> d.phase().filter(Phase::ended).isPresent())
            .reduce((_, b) -> b)
            .map(d -> d.sentence())
            .orElseGet(() -> stopping.asked().map(Stopping.Asked::why).orElse(""));
    if (succeeded) {
      return new RunEnd.Succeeded(
          "The new version of %s serves; everything else is as you wrote it."
              .formatted(workload.deployment()),
          saved);
    }
    if (nothing) {
      return new RunEnd.Nothing(
          "The Deployment %s runs that template already; nothing is to be released."
              .formatted(workload.deployment()));
    }
    String back =
        "The old version of %s serves, and its template was written back: %s"
            .formatted(workload.deployment(), why);
    return stopping.asked().filter(Stopping.Asked::late).isPresent()
        ? new RunEnd.Held(back, saved)
        : new RunEnd.TurnedBack(back, saved);
  }

  private RunEnd unfinished() {
    return new RunEnd.Unfinished(
        "The release of %s is not over and stands as it is%s. The same command goes on with it."
            .formatted(workload.deployment(), lost ? ": the lease was lost to another run" : ""));
  }

  private interface Seen {
    Observer by(Stopping stopping, Observer observer);
  }

  private interface Ended {
    boolean by(Saved saved, Optional<World> world);
  }

  private Saved loop(Spec spec, Seen seen, Ended ended) throws IOException, InterruptedException {
    try (Sources from = sources.make(policy, workload, writes)) {
      ClusterObserver observer =
          new ClusterObserver(
              cluster, workload, router, writes::marking, from.live(), from::checks, clock);
      ControlLoop made =
          new ControlLoop(
              workload.policy(),
              spec,
              new ControlLoop.Ports(
                  seen.by(stopping, observer),
                  new ClusterActuator(
                      cluster, workload, false, writes, router, from.live(), observer, from, clock),
                  from.evidence(),
                  store),
              settings,
              ControlLoop.Clockwork.real(),
              listener);
      loop = Optional.of(made);
      if (lost) {
        made.stop();
      }
      return made.runUntil(saved -> ended.by(saved, observed(observer, saved)));
    } finally {
      loop = Optional.empty();
    }
  }

  private static Optional<World> observed(Observer observer, Saved saved) {
    try {
      return Optional.of(observer.observe(saved.memory()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The release has ended, for good or not, or none has begun. */
  private boolean over(Saved saved) {
    Optional<Run> run = saved.memory().run();
    return run.isPresent()
        ? run.get().phase().ended() && run.get().phase() != Phase.SUPERSEDED
        : stopping.asked().isPresent()
            || saved.reason().filter(r -> r.code().equals("idle")).isPresent();
  }

  /** Whether the first part of the way is over; time that is up is a reason to stop. */
  private final class Over implements Ended {
    private final Instant deadline;
    private Optional<Instant> blocked = Optional.empty();

    Over(Instant deadline) {
      this.deadline = deadline;
    }

    @Override
    public boolean by(Saved saved, Optional<World> world) {
      Instant now = clock.instant();
      if (now.isAfter(deadline)) {
        stopping.ask("sluice run", "It was not over in time.", true, now);
      }
      Optional<Reason> refused =
          saved
              .reason()
              .filter(r -> r.code().equals("refused") || r.code().equals("stable-unclear"));
      blocked = refused.isEmpty() ? Optional.empty() : blocked.or(() -> Optional.of(now));
      if (blocked.filter(since -> now.isAfter(since.plus(BLOCKED))).isPresent()) {
        stopping.ask("sluice run", refused.orElseThrow().sentence(), true, now);
      }
      return over(saved);
    }
  }

  /** Nothing of a release is left, and the Deployment asks for what serves. */
  private static boolean isLeft(Saved saved, Optional<World> world) {
    return saved.memory().running().isEmpty()
        && saved.memory().warm().isEmpty()
        && world
            .filter(w -> w.nothingOfARelease() && w.sets().stream().allMatch(s -> s.inDeployment()))
            .filter(w -> !failed(saved).equals(Optional.of(w.workload().template())))
            .isPresent();
  }

  /** The template that must not stand there when nobody holds it any more. */
  private static Optional<String> failed(Saved saved) {
    return saved
        .memory()
        .run()
        .filter(r -> r.phase() == Phase.ABORTED)
        .map(r -> r.versions().template());
  }

  private interface Step {
    void go() throws IOException;
  }

  /** A world that moved on is looked at again. */
  private void again(Step step) throws IOException, InterruptedException {
    for (int i = 1; ; i++) {
      try {
        step.go();
        return;
      } catch (IOException e) {
        if (i >= TRIES || lost) {
          throw e;
        }
        Thread.sleep(AGAIN);
      }
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
