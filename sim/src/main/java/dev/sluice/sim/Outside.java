package dev.sluice.sim;

import dev.sluice.kubernetes.Marks;
import dev.sluice.sim.Happening.What;
import dev.sluice.sim.api.ApiError;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Key;
import dev.sluice.sim.api.SluiceAdmission;
import dev.sluice.sim.api.WatchCache;
import dev.sluice.sim.cluster.Disruption;
import dev.sluice.sim.cluster.Kubelet;
import dev.sluice.sim.traffic.Evidence;
import dev.sluice.sim.traffic.Users;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Users' developers, their tools, people with commands, and everything that breaks. */
final class Outside implements Evidence.Counters {
  private static final Duration EACH = Duration.ofSeconds(1);

  /** After which an API server acts by a policy that has changed, at most. */
  private static final int LOADED_MILLIS = 1500;

  private final Simulation simulation;
  private final ApiServer server;
  private final SluiceAdmission admission;
  private final Policies policies;
  private final Kubelet kubelet;
  private final Disruption disruption;
  private final Users users;
  private final RandomGenerator random;
  private String image = "";
  private Happening.Apply apply = new Happening.Apply(Duration.ZERO, false, false);
  private Instant applyUntil = Instant.MIN;
  private Instant applyNext = Instant.MAX;
  private Instant startAt = Instant.MAX;
  private Instant guardAt = Instant.MAX;
  private Instant loadAt = Instant.MAX;
  private Instant staleUntil = Instant.MIN;
  private Instant relistAt = Instant.MAX;
  private Instant silentUntil = Instant.MIN;
  private Instant unreachableUntil = Instant.MIN;
  private Instant deadlyUntil = Instant.MIN;
  private Instant unreliableUntil = Instant.MIN;
  private Instant takeOverAt = Instant.MAX;
  private Duration ahead = Duration.ZERO;
  private int commands;

  Outside(
      Simulation simulation,
      ApiServer server,
      SluiceAdmission admission,
      Kubelet kubelet,
      Disruption disruption,
      Users users,
      RandomGenerator random) {
    this.simulation = simulation;
    this.server = server;
    this.admission = admission;
    this.policies = new Policies(server);
    this.kubelet = kubelet;
    this.disruption = disruption;
    this.users = users;
    this.random = random;
  }

  /** The shop as it is before anybody knows of Sluice. */
  void serve(String first) {
    image = first;
    Manifests.all(first).forEach(this::created);
    policies.install();
  }

  void adopt(Manifests.Way way) {
    created(Manifests.policy(way));
  }

  private void created(HasMetadata object) {
    try {
      var _ = server.create(Simulation.person(), object);
    } catch (ApiError e) {
      // It is there already.
    }
  }

  void happens(What what) {
    Instant now = simulation.instant();
    switch (what) {
      case Happening.Deploy w -> {
        image = w.image();
        applied(Manifests.deployment(image), false, false);
      }
      case Happening.Apply w -> {
        apply = w;
        applyUntil = now.plus(w.time());
        applyNext = now;
      }
      case Happening.Replace _ -> Manifests.all(image).forEach(this::replaced);
      case Happening.Scale w ->
          edited(d -> d.edit().editSpec().withReplicas(w.replicas()).endSpec().build());
      case Happening.Resume _ ->
          edited(d -> d.edit().editSpec().withPaused(false).endSpec().build());
      case Happening.Command w -> command(w.action());
      case Happening.Kill w -> {
        simulation.kill();
        startAt = now.plus(w.away());
      }
      case Happening.Deadly w -> deadlyUntil = now.plus(w.time());
      case Happening.Second _ -> {
        simulation.start();
        takeOverAt = now.plusSeconds(random.nextInt(10));
      }
      case Happening.Unreliable w -> unreliableUntil = now.plus(w.time());
      case Happening.Unreachable w -> unreachableUntil = now.plus(w.time());
      case Happening.Stale w -> {
        staleUntil = now.plus(w.time());
        relistAt = staleUntil;
      }
      case Happening.Silent w -> silentUntil = now.plus(w.time());
      case Happening.Crash w ->
          pod(w.pod())
              .ifPresent(
                  p -> {
                    users.torn(p, now);
                    kubelet.fails(Key.of(p), now.plusSeconds(4));
                  });
      case Happening.Lost w ->
          pod(w.pod())
              .ifPresent(
                  p -> {
                    users.torn(p, now);
                    kubelet.lost(Key.of(p));
                  });
      case Happening.Evict w -> pod(w.pod()).ifPresent(disruption::evict);
      case Happening.Rate w -> simulation.rate = w.perSecond();
      case Happening.Delete w -> deleted(w.which());
      case Happening.Leave _ -> gone(Manifests.POLICY);
      case Happening.Clock w -> ahead = ahead.plus(w.by());
      case Happening.Unguarded w -> {
        policies.touch(w.which(), w.edited());
        guardAt = now.plus(w.time());
        loads(now);
      }
      case Happening.Unheld w -> {
        admission.without(Policies.ALL);
        loadAt = now.plus(w.time());
      }
    }
  }

  private void loads(Instant now) {
    loadAt = now.plusMillis(random.nextInt(LOADED_MILLIS));
  }

  /** Nothing new happens any more: all that was away comes back. */
  void calm() {
    Instant now = simulation.instant();
    applyUntil = now;
    unreachableUntil = now;
    unreliableUntil = now;
    deadlyUntil = now;
    silentUntil = now;
    if (stale()) {
      staleUntil = now;
      relistAt = now;
    }
    guardAt = guardAt.equals(Instant.MAX) ? guardAt : now;
    if (simulation.operators().isEmpty()) {
      startAt = now;
    }
    takeOverAt = simulation.operators().size() > 1 ? now : Instant.MAX;
  }

  /** When it has something to do next. */
  Instant due() {
    Instant next = applyNext;
    for (Instant other : List.of(startAt, guardAt, loadAt, relistAt, takeOverAt)) {
      next = other.isBefore(next) ? other : next;
    }
    return next;
  }

  void work(Instant now) {
    if (!startAt.isAfter(now)) {
      startAt = Instant.MAX;
      if (simulation.operators().isEmpty()) {
        simulation.start();
      }
    } else if (!takeOverAt.isAfter(now)) {
      takeOverAt = Instant.MAX;
      if (simulation.operators().size() > 1) {
        simulation.killFirst();
      }
    } else if (!guardAt.isAfter(now)) {
      guardAt = Instant.MAX;
      policies.install();
      loads(now);
    } else if (!loadAt.isAfter(now)) {
      loadAt = Instant.MAX;
      admission.without(policies.away());
    } else if (!relistAt.isAfter(now)) {
      relistAt = Instant.MAX;
      simulation.operators().forEach(o -> o.caches().forEach(WatchCache::relist));
    } else if (!applyNext.isAfter(now)) {
      applyNext = now.isBefore(applyUntil) ? now.plus(EACH) : Instant.MAX;
      Manifests.all(image).forEach(o -> applied(o, apply.unpaused(), apply.replicas()));
    }
  }

  /** The last operator has ended by itself; its node starts it again. */
  void startsAgain() {
    startAt = simulation.instant().plusSeconds(3);
  }

  boolean stale() {
    return simulation.instant().isBefore(staleUntil);
  }

  /** By how much the operators' clocks are ahead of all others. */
  Duration ahead() {
    return ahead;
  }

  @Override
  public double rate() {
    return simulation.rate;
  }

  @Override
  public boolean silent() {
    return simulation.instant().isBefore(silentUntil);
  }

  /** What becomes of the operator's next request. */
  OperatorProcess.Fault fault() {
    Instant now = simulation.instant();
    if (now.isBefore(unreachableUntil)) {
      return OperatorProcess.Fault.LOST;
    }
    if (now.isBefore(deadlyUntil) && random.nextInt(3) == 0) {
      return OperatorProcess.Fault.DIES;
    }
    List<OperatorProcess.Fault> all = OperatorProcess.Fault.OF_REQUESTS;
    return now.isBefore(unreliableUntil) && random.nextInt(3) == 0
        ? all.get(random.nextInt(all.size()))
        : OperatorProcess.Fault.NONE;
  }

  /** Server-side apply by force: what the manifest says is so, all else stays. */
  private void applied(HasMetadata manifest, boolean unpaused, boolean replicas) {
    try {
      HasMetadata now = server.get(Key.of(manifest)).orElse(null);
      if (now == null) {
        created(manifest);
        return;
      }
      HasMetadata next = server.json().clone(manifest);
      next.getMetadata()
          .setLabels(over(now.getMetadata().getLabels(), manifest.getMetadata().getLabels()));
      next.getMetadata().setAnnotations(now.getMetadata().getAnnotations());
      next.getMetadata().setOwnerReferences(now.getMetadata().getOwnerReferences());
      if (next instanceof Deployment d && now instanceof Deployment live) {
        d.getSpec().setPaused(unpaused ? Boolean.FALSE : live.getSpec().getPaused());
        d.getSpec()
            .setReplicas(replicas ? d.getSpec().getReplicas() : live.getSpec().getReplicas());
      }
      var _ = server.update(Caller.user("flux"), next);
    } catch (ApiError e) {
      // It comes again in a second.
    }
  }

  private static Map<String, String> over(Map<String, String> live, Map<String, String> manifest) {
    Map<String, String> all = new HashMap<>(live == null ? Map.of() : live);
    all.putAll(manifest);
    return all;
  }

  /** {@code kubectl replace}: nothing stays but what the manifest says. */
  private void replaced(HasMetadata manifest) {
    try {
      var _ = server.update(Simulation.person(), server.json().clone(manifest));
    } catch (ApiError e) {
      // It was deleted meanwhile.
    }
  }

  private void edited(Function<Deployment, Deployment> change) {
    try {
      var _ = server.edit(Simulation.person(), Deployment.class, Manifests.DEPLOYMENT, change);
    } catch (ApiError e) {
      // Nobody edits what is not there.
    }
  }

  /** A person's command for the release that the policy tells of. */
  void command(String action) {
    server
        .get(GenericKubernetesResource.class, Manifests.POLICY)
        .flatMap(p -> Optional.ofNullable(p.<String>get("status", "release")))
        .ifPresent(release -> created(Manifests.command(action, release, "command-" + ++commands)));
  }

  private Optional<Pod> pod(int index) {
    List<Pod> ready =
        server.list(Pod.class).stream()
            .filter(Kubelet::ready)
            .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
            .filter(p -> Marks.label(p, Marks.HASH).isPresent())
            .toList();
    return ready.isEmpty() ? Optional.empty() : Optional.of(ready.get(index % ready.size()));
  }

  private void deleted(int which) {
    switch (which) {
      case 0 -> {
        users.excuse(simulation.instant().plusSeconds(simulation.deaf() ? 60 : 3));
        gone(new Key("Service", Manifests.NAMESPACE, Manifests.NAME + "-candidate"));
      }
      case 1 ->
          server.list(ReplicaSet.class).stream()
              .filter(s -> Marks.label(s, Marks.TRACK).filter("candidate"::equals).isPresent())
              .findFirst()
              .ifPresent(
                  s -> {
                    Instant now = simulation.instant();
                    server.list(Pod.class).forEach(p -> tornWith(s, p, now));
                    gone(Key.of(s));
                  });
      default -> server.list("Release").stream().findFirst().ifPresent(r -> gone(Key.of(r)));
    }
  }

  private void tornWith(ReplicaSet set, Pod pod, Instant now) {
    if (ApiServer.owners(pod).stream()
        .anyMatch(o -> o.getUid().equals(set.getMetadata().getUid()))) {
      users.torn(pod, now);
    }
  }

  private void gone(Key key) {
    try {
      server.delete(Simulation.person(), key, Optional.empty());
    } catch (ApiError e) {
      // It was not there.
    }
  }
}
