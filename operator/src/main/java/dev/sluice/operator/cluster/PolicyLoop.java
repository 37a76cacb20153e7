package dev.sluice.operator.cluster;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicySpec.Hold;
import dev.sluice.api.Problem;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.port.Observer;
import dev.sluice.kubernetes.Adoption;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.ClusterActuator;
import dev.sluice.kubernetes.ClusterObserver;
import dev.sluice.kubernetes.Concern;
import dev.sluice.kubernetes.Finalizer;
import dev.sluice.kubernetes.Marking;
import dev.sluice.kubernetes.Trials;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import dev.sluice.kubernetes.admission.Guard;
import dev.sluice.kubernetes.route.Router;
import dev.sluice.operator.ControlLoop;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener;
import dev.sluice.operator.Saved;
import dev.sluice.operator.Settings;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one policy's object means: the loop that releases by it, from adopting to leaving. It runs
 * on its caller's thread, and all its time is the clockwork's.
 */
public final class PolicyLoop {
  private final Cluster cluster;
  private final Sources.Maker sources;
  private final String writer;
  private final Settings settings;
  private final ControlLoop.Clockwork clockwork;
  private final GenericKubernetesResource object;
  private final Audience audience;
  private volatile Optional<Followed> followed = Optional.empty();
  private volatile boolean releaseMayRun = true;
  private volatile Optional<Concern> concern = Optional.empty();
  private volatile Optional<ControlLoop> loop = Optional.empty();
  private volatile boolean stopped;

  /** Hears what the loop does. */
  public interface Audience {
    /** Of each look and decision. */
    Listener listener();

    /** What no decision tells of, and is as it should be. */
    void says(String code, String sentence);

    /** The same, and people should look at it. */
    void warns(String code, String sentence);

    /** That is the policy, as it was read. */
    default void follows(ReleasePolicy policy) {}

    /** The policy cannot be followed, and did not say so before. */
    default void stalled(Reason reason) {}

    /** The same ports, listened to. */
    default ControlLoop.Ports measured(ControlLoop.Ports ports) {
      return ports;
    }
  }

  /** What is released by, as it was read when this loop began. */
  private record Followed(ReleasePolicy policy, Templates templates) {}

  /**
   * @param object the policy as it was last seen
   * @param writer signs what this process remembers
   */
  public PolicyLoop(
      Cluster cluster,
      Sources.Maker sources,
      String writer,
      Settings settings,
      ControlLoop.Clockwork clockwork,
      GenericKubernetesResource object,
      Audience audience) {
    this.cluster = cluster;
    this.sources = sources;
    this.writer = writer;
    this.settings = settings;
    this.clockwork = clockwork;
    this.object = object;
    this.audience = audience;
  }

  private String namespace() {
    return object.getMetadata().getNamespace();
  }

  private String name() {
    return object.getMetadata().getName();
  }

  /**
   * Whether it follows that policy as it is now. Templates that have changed wait for the end of
   * the release that runs.
   */
  public boolean follows(GenericKubernetesResource policy) {
    return object.getMetadata().getUid().equals(policy.getMetadata().getUid())
        && object.getMetadata().getGeneration().equals(policy.getMetadata().getGeneration())
        && Finalizer.isLeaving(object) == Finalizer.isLeaving(policy)
        && (releaseMayRun || followed.map(this::unchanged).orElse(true));
  }

  private boolean unchanged(Followed by) {
    return Templates.named(by.policy(), cluster).equals(by.templates());
  }

  /** An object has changed: the loop looks, if the policy is about it. */
  public void changed(HasMetadata changed) {
    if (Cluster.guards(changed)
        || concern.filter(c -> c.with(changed, cluster.around())).isPresent()) {
      loop.ifPresent(ControlLoop::poke);
    }
  }

  /** Ends after the round that is under way. */
  public void stop() {
    stopped = true;
    loop.ifPresent(ControlLoop::stop);
  }

  /** It was stopped, or has nothing more to do: the policy has left, or cannot be followed. */
  public boolean over() {
    return stopped;
  }

  /**
   * Releases until it is stopped, or has nothing more to do.
   *
   * @throws IOException if it cannot begin; to be tried again
   */
  public void follow() throws IOException, InterruptedException {
    switch (Manifest.read(cluster.client().getKubernetesSerialization().asJson(object))) {
      case Parsed.Ok<Manifest>(Manifest manifest)
          when manifest.objects().getFirst() instanceof ReleasePolicy policy -> {
        concern = Optional.of(Concern.of(policy));
        audience.follows(policy);
        Workload workload = Workload.of(policy);
        Templates now = Templates.named(policy, cluster);
        Templates templates =
            StatusStore.templatesUnderWay(cluster.client(), object)
                .map(kept -> kept.before(now))
                .orElse(now);
        followed = Optional.of(new Followed(policy, templates));
        Problems problems = new Problems();
        Holding holding = holding(policy, workload, problems);
        Writes writes = new Writes(cluster.client(), holding);
        Router router = Router.of(policy, cluster, workload, writes);
        Manifest whole = templates.with(policy, problems);
        Problems among = problems.none() ? problems : new Problems();
        Resolved resolved = Resolved.of(policy, whole, router.abilities(), among);
        sources.lacking(resolved).forEach(problems::add);
        // Who leaves is not held up by a metric: nothing more is judged by it.
        if (problems.none() || Finalizer.isLeaving(object)) {
          drive(policy, resolved, workload, writes, holding, router, templates);
        } else {
          refuse(problems.list());
        }
      }
      case Parsed.Ok<Manifest> _ -> throw new IOException("This is no ReleasePolicy");
      case Parsed.Bad<Manifest> bad -> refuse(bad.problems());
    }
  }

  private void drive(
      ReleasePolicy policy,
      Resolved resolved,
      Workload workload,
      Writes writes,
      Holding holding,
      Router router,
      Templates templates)
      throws IOException, InterruptedException {
    Adoption adoption = new Adoption(cluster, workload, writes, clockwork.clock());
    boolean leaving = Finalizer.isLeaving(object);
    if (leaving
        && cluster.deployments().get(workload.namespace(), workload.deployment()).isEmpty()) {
      gone(adoption);
      return;
    }
    if (!leaving) {
      Finalizer.put(cluster.client(), object);
    }
    Spec spec = leaving ? resolved.spec().asLeaving() : resolved.spec();
    try (Sources from = sources.make(resolved, workload, writes)) {
      ClusterObserver observer =
          new ClusterObserver(
              cluster, workload, router, holding, from.live(), from::checks, clockwork.clock());
      ControlLoop.Ports ports =
          new ControlLoop.Ports(
              observer,
              holding.lookingBefore(
                  new ClusterActuator(
                      cluster,
                      workload,
                      leaving,
                      writes,
                      router,
                      from.live(),
                      observer,
                      from,
                      clockwork.clock())),
              from.evidence(),
              store(policy, spec, templates, holding));
      ControlLoop made =
          new ControlLoop(
              policy.metadata().name(),
              spec,
              audience.measured(ports),
              settings,
              new ControlLoop.Clockwork(
                  clockwork.clock(), holding.trying(clockwork.sleeper()), clockwork.random()),
              Listener.all(new Watching(), audience.listener()));
      loop = Optional.of(made);
      if (!stopped && leaving) {
        Saved last = made.runUntil(saved -> nothingIsLeft(saved, observer));
        if (nothingIsLeft(last, observer)) {
          gone(adoption);
        }
      } else if (!stopped) {
        made.run();
      }
    } finally {
      loop = Optional.empty();
    }
  }

  private static boolean nothingIsLeft(Saved saved, Observer observer) {
    try {
      return saved.memory().running().isEmpty()
          && saved.memory().warm().isEmpty()
          && observer.observe(saved.memory()).nothingOfARelease();
    } catch (IOException e) {
      return false;
    }
  }

  /** Everything is as the user wrote it; the policy may go. */
  private void gone(Adoption adoption) throws IOException {
    adoption.leave();
    Finalizer.remove(cluster.client(), object);
    stopped = true;
    audience.says("left", "The policy was removed, and nothing of it is left.");
  }

  /** As the policy chooses, else by the API server wherever it can. */
  private Holding holding(ReleasePolicy policy, Workload workload, Problems problems) {
    Optional<Hold> asked = policy.spec().hold();
    Optional<Guard> guard = cluster.guard().filter(_ -> !asked.equals(Optional.of(Hold.PAUSE)));
    if (asked.equals(Optional.of(Hold.ADMISSION)) && guard.isEmpty()) {
      problems.add(
          new Problem(
              0,
              "spec.hold",
              "is Admission, and this API server has no MutatingAdmissionPolicy (Kubernetes 1.36)",
              "write Pause, or leave it out"));
    }
    if (guard.isEmpty() && !workload.grpcRoutes().isEmpty()) {
      problems.add(
          new Problem(
              0,
              "spec.route.gateway.grpcRoutes",
              "are split by the API server's own admission policies, and spec.hold is Pause",
              "name an HTTPRoute, or hold by Admission"));
    }
    return new Holding(
        guard,
        () -> guard.flatMap(g -> new Trials(cluster, workload, g).failing()),
        Marking.byAdmission(workload),
        Marking.written(workload),
        audience,
        clockwork.clock());
  }

  /** Says in the status what is wrong, and waits for another policy. */
  private void refuse(List<Problem> problems) throws IOException {
    String why = problems.stream().map(Problem::toString).collect(Collectors.joining(" "));
    Reason reason = new Reason("invalid-policy", why);
    audience.warns(reason.code(), why);
    if (!StatusStore.says(object, reason)) {
      audience.stalled(reason);
    }
    var _ = StatusStore.stalled(cluster.client(), object, reason, clockwork.clock().instant());
    releaseMayRun = false;
    stopped = true;
  }

  /** Knows whether a release runs. */
  private final class Watching implements Listener {
    @Override
    public void decided(Decided entry) {}

    @Override
    public void looked(Look look) {
      releaseMayRun = look.saved().memory().running().isPresent();
    }
  }

  private StatusStore store(ReleasePolicy policy, Spec spec, Templates templates, Holding holding) {
    ReleaseObjects releases =
        new ReleaseObjects(cluster.client(), policy, Plan.of(spec), settings.tick());
    return new StatusStore(
        cluster.client(),
        namespace(),
        name(),
        () -> cluster.policy(namespace(), name()),
        writer,
        releases,
        templates,
        holding::told,
        clockwork.clock());
  }
}
