package dev.sluice.sim;

import dev.sluice.operator.SteadyClock;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.SluiceAdmission;
import dev.sluice.sim.api.WatchCache;
import dev.sluice.sim.cluster.Autoscaler;
import dev.sluice.sim.cluster.Controller;
import dev.sluice.sim.cluster.DeploymentController;
import dev.sluice.sim.cluster.Disruption;
import dev.sluice.sim.cluster.GarbageCollector;
import dev.sluice.sim.cluster.Kubelet;
import dev.sluice.sim.cluster.ReplicaSetController;
import dev.sluice.sim.traffic.DataPlane;
import dev.sluice.sim.traffic.Evidence;
import dev.sluice.sim.traffic.Users;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One story, told by one scheduler on a virtual clock: the real operator, an API server, the
 * controllers of Kubernetes, a gateway that lags, users, and what happens from outside. At each
 * step the seed chooses who moves next, so nothing is ever done at the same time, and everything in
 * every order. The same story always goes the same way.
 */
final class Simulation implements InstantSource {
  /** How far a watch may be behind, if nothing is wrong with it. */
  private static final Duration LAG = Duration.ofMillis(800);

  /** After the last happening everything must have come to rest within this time. */
  private static final Duration PATIENCE = Duration.ofMinutes(12);

  private static final double RATE = 200;

  /** What is remembered by uid in this JVM must not be taken for another world's. */
  private static final AtomicLong WORLDS = new AtomicLong();

  private final Story story;
  private final RandomGenerator random;
  private final SluiceAdmission admission = new SluiceAdmission();
  private final ApiServer server;
  private final List<Controller> controllers;
  private final GarbageCollector garbage;
  private final Kubelet kubelet;
  private final Optional<Autoscaler> autoscaler;
  private final DataPlane plane;
  private final Users users;
  private final Outside outside;
  private final Judge judge;
  private final List<OperatorProcess> operators = new ArrayList<>();
  private final List<WatchCache<?>> others = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private int processes;
  private long steps;
  double rate;

  Simulation(Story story) {
    this.story = story;
    this.random = Story.random(story.seed() ^ 0x5DEECE66DL);
    this.server = new ApiServer("world-" + WORLDS.incrementAndGet(), this, admission);
    this.judge = new Judge(this, story.way());
    server.listen(judge::wrote);
    this.kubelet = new Kubelet(server, this, p -> Version.of(image(p)).start());
    this.garbage = new GarbageCollector(server);
    this.controllers = List.of(new DeploymentController(server), new ReplicaSetController(server));
    this.users = new Users(kubelet, p -> Version.of(image(p)).errors());
    this.outside =
        new Outside(this, server, admission, kubelet, new Disruption(server), users, random);
    this.autoscaler =
        story.autoscaled()
            ? Optional.of(
                new Autoscaler(
                    server, Manifests.DEPLOYMENT, () -> rate, 50, 2, 10, now.plusSeconds(5)))
            : Optional.empty();
    outside.serve("orders:good-1");
    this.plane =
        new DataPlane(
            server,
            Manifests.NAMESPACE,
            story.way().hasRoute() ? Optional.of(Manifests.NAME) : Optional.empty(),
            Manifests.NAME);
    controllers.forEach(c -> others.addAll(c.caches()));
  }

  static String image(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getImage();
  }

  /**
   * Tells it to its end.
   *
   * @return what must not be and was; nothing: all is well
   */
  Outcome run() {
    try {
      settle(Duration.ofSeconds(20));
      rate = RATE;
      settle(Duration.ofSeconds(2));
      outside.adopt(story.way());
      start();
      Instant zero = now;
      for (Happening happening : story.happenings()) {
        until(zero.plus(happening.at()));
        outside.happens(happening.what());
      }
      // What happened last goes on for its time.
      settle(Story.LONGEST_TIME);
      outside.calm();
      rest();
      return new Outcome(steps, judge.verdict(users));
    } catch (IllegalStateException e) {
      return new Outcome(steps, List.of("A bug: " + e + cause(e)));
    } finally {
      operators.forEach(OperatorProcess::kill);
    }
  }

  private static String cause(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable c = e.getCause(); c != null; c = c.getCause()) {
      all.append(" from ").append(c);
      for (int i = 0; i < Math.min(6, c.getStackTrace().length); i++) {
        all.append("\n    ").append(c.getStackTrace()[i]);
      }
    }
    return all.toString();
  }

  /**
   * @param steps that it took
   * @param wrong a sentence each
   */
  record Outcome(long steps, List<String> wrong) {}

  private void settle(Duration time) {
    until(now.plus(time));
  }

  private void until(Instant moment) {
    while (now.isBefore(moment)) {
      step(moment);
    }
  }

  /** Until nothing runs any more, and for a while after that. */
  private void rest() {
    Instant latest = now.plus(PATIENCE);
    // What happened last is to be seen first.
    settle(Duration.ofSeconds(40));
    while (now.isBefore(latest) && !judge.atRest()) {
      until(now.plusSeconds(5));
    }
    if (!judge.atRest()) {
      judge.neverRests();
      return;
    }
    // The old pods are kept warm for a while, and go.
    settle(Duration.ofSeconds(60));
    // An autoscaler shrinks by what was asked for over five minutes.
    settle(story.autoscaled() ? Duration.ofMinutes(6) : Duration.ZERO);
    judge.quiet();
    settle(Duration.ofMinutes(2));
    judge.rested();
  }

  /** One choice of the scheduler. */
  private void step(Instant horizon) {
    steps++;
    List<WatchCache<?>> behind = behind();
    List<Runnable> can = new ArrayList<>();
    behind.forEach(cache -> can.add(cache::hear));
    for (Controller controller : controllers) {
      if (controller.hasWork()) {
        can.add(controller::work);
      }
    }
    if (garbage.hasWork()) {
      can.add(garbage::work);
    }
    operators.stream().filter(OperatorProcess::isDead).forEach(OperatorProcess::kill);
    if (operators.removeIf(o -> !o.alive()) && operators.isEmpty()) {
      outside.startsAgain();
    }
    for (OperatorProcess operator : List.copyOf(operators)) {
      if (!outside.stale()) {
        for (WatchCache<?> cache : operator.caches()) {
          if (cache.behind()) {
            can.add(cache::hear);
          }
        }
      }
      if (operator.alive() && !operator.due().isAfter(now)) {
        can.add(operator::step);
      }
    }
    if (kubelet.due().filter(at -> !at.isAfter(now)).isPresent()) {
      can.add(() -> kubelet.work(now));
    }
    autoscaler.filter(a -> !a.due().isAfter(now)).ifPresent(a -> can.add(() -> a.work(now)));
    if (!outside.due().isAfter(now)) {
      can.add(() -> outside.work(now));
    }
    if (can.isEmpty()) {
      pass(Duration.between(now, next(horizon)));
    } else if (!late(behind) && random.nextInt(5) == 0) {
      Duration some = Duration.ofMillis(1 + random.nextInt(60));
      Duration most = Duration.between(now, horizon);
      pass(some.compareTo(most) < 0 ? some : most);
    } else {
      can.get(random.nextInt(can.size())).run();
    }
  }

  /** Watches of the cluster itself that have not heard of everything. */
  private List<WatchCache<?>> behind() {
    List<WatchCache<?>> behind = new ArrayList<>();
    for (WatchCache<?> cache : others) {
      if (cache.behind()) {
        behind.add(cache);
      }
    }
    behind.addAll(plane.behind());
    return behind;
  }

  /** Whether one of them must not fall back any further before time goes on. */
  private boolean late(List<WatchCache<?>> behind) {
    for (WatchCache<?> cache : behind) {
      if (cache.next().plus(LAG).isBefore(now)) {
        return true;
      }
    }
    return false;
  }

  private Instant next(Instant horizon) {
    Instant next = horizon;
    for (OperatorProcess operator : operators) {
      next = operator.alive() ? earlier(next, operator.due()) : next;
    }
    next = kubelet.due().isPresent() ? earlier(next, kubelet.due().get()) : next;
    next = autoscaler.isPresent() ? earlier(next, autoscaler.get().due()) : next;
    return earlier(next, outside.due());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void pass(Duration time) {
    users.come(plane, rate, now, time);
    now = now.plus(time);
  }

  @Override
  public Instant instant() {
    return now;
  }

  ApiServer server() {
    return server;
  }

  List<OperatorProcess> operators() {
    return operators;
  }

  /** Whether there are times in which no operator can say or hear anything. */
  boolean deaf() {
    return story.happenings().stream()
        .map(Happening::what)
        .anyMatch(
            w ->
                w instanceof Happening.Kill
                    || w instanceof Happening.Deadly
                    || w instanceof Happening.Second
                    || w instanceof Happening.Unreliable
                    || w instanceof Happening.Unreachable
                    || w instanceof Happening.Stale);
  }

  boolean autoscaled() {
    return story.autoscaled();
  }

  /** What operators said, in the order of time. */
  List<String> said() {
    return said;
  }

  /** Another operator, beside those that run. */
  void start() {
    Supplier<OperatorProcess.Fault> faults = outside::fault;
    InstantSource wall =
        new SteadyClock(
            () -> now.plus(outside.ahead()), () -> Duration.between(Instant.EPOCH, now).toNanos());
    operators.add(
        new OperatorProcess(
            "operator-" + ++processes,
            server,
            Manifests.NAMESPACE,
            this,
            wall,
            Story.random(random.nextLong()),
            cluster ->
                (policy, workload, writes) ->
                    new Evidence(cluster, workload, writes, users, outside, this, wall),
            faults,
            said));
  }

  /** All that run are killed. */
  void kill() {
    operators.forEach(OperatorProcess::kill);
    operators.clear();
  }

  /** The first one is. */
  void killFirst() {
    if (!operators.isEmpty()) {
      operators.removeFirst().kill();
    }
  }

  static Caller person() {
    return Caller.user("dana");
  }
}
