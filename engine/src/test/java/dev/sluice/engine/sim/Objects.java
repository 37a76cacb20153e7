package dev.sluice.engine.sim;

import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.EntryPoint;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.RouteState;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.Traffic;
import dev.sluice.engine.world.Workload;
import dev.sluice.engine.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What the platform does with its objects, as pure functions on a world. The Deployment's part
 * follows Kubernetes' own rules: pkg/controller/deployment/sync.go (scale, while paused) and
 * rolling.go, and util.FindActiveOrLatest.
 */
final class Objects {
  private Objects() {}

  /** A world with one version, its history, and nothing of ours. */
  static World fresh(int replicas, boolean route, List<String> services, boolean history) {
    List<PodSet> sets = new ArrayList<>();
    sets.add(
        new PodSet(
            "h1", "t1", true, true, true, replicas, replicas, replicas, Optional.empty(), "0"));
    if (history) {
      sets.add(new PodSet("h0", "t0", true, true, true, 0, 0, 0, Optional.empty(), "0"));
    }
    return new World(
        new Workload("t1", replicas, false, true, Set.of(), "0"),
        sets,
        services.stream().map(s -> new EntryPoint(s, Optional.empty(), "0")).toList(),
        route ? Optional.of(new RouteState(Optional.empty(), "0")) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of(),
        Traffic.unknown(),
        Optional.of(new Served(0, 1)));
  }

  /** One of our writes, if its precondition and its version still hold. */
  static Optional<World> apply(World w, Write write) {
    if (!write.allowed(w) || !versionOf(w, write).map(write.version()::equals).orElse(true)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (write) {
          case Write.Hold hold -> workload(w, old -> hold(old, true));
          case Write.Release release -> workload(w, old -> hold(old, false));
          case Write.Pin pin -> pin(w, pin.entryPoint(), Optional.of(pin.hash()));
          case Write.Unpin unpin -> pin(w, unpin.entryPoint(), Optional.empty());
          case Write.SetSplit split -> route(w, new RouteState(Optional.of(split.split()), ""));
          case Write.ClearSplit clear -> route(w, new RouteState(Optional.empty(), ""));
          case Write.CreateSet create -> created(w, create);
          case Write.Resize resize -> set(w, resize.hash(), s -> sized(s, resize.size()));
          case Write.TakeOut out -> set(w, out.hash(), s -> owned(s, false));
          case Write.GiveIn in -> set(w, in.hash(), s -> owned(s, true));
          case Write.DeleteSet delete -> deleted(w, delete.hash());
          case Write.WriteTemplate template ->
              workload(
                  w,
                  old ->
                      new Workload(
                          template.template(),
                          old.replicas(),
                          old.held(),
                          false,
                          old.authors(),
                          ""));
          case Write.ServeCandidate serve -> candidate(w, Optional.of(serve.hash()));
          case Write.DropCandidateService drop -> candidate(w, Optional.empty());
          case Write.Preview preview -> preview(w, preview.hash());
          case Write.StartCheck check -> check(w, check.name(), new CheckResult.Running());
        });
  }

  /**
   * A foreign change of the template: the admission policy holds the Deployment in the same write.
   */
  static World template(World w, String template) {
    return template(w, template, Set.of());
  }

  static World template(World w, String template, Set<String> authors) {
    return template.equals(w.workload().template())
        ? w
        : workload(w, old -> new Workload(template, old.replicas(), true, false, authors, ""));
  }

  static World replicas(World w, int replicas) {
    return workload(
        w, old -> new Workload(old.template(), replicas, old.held(), false, old.authors(), ""));
  }

  /** The Deployment controller, once. */
  static World deployment(World w) {
    if (!w.workload().observed()) {
      return workload(
          w,
          old -> new Workload(old.template(), old.replicas(), old.held(), true, old.authors(), ""));
    }
    List<PodSet> owned = w.sets().stream().filter(PodSet::inDeployment).toList();
    Optional<PodSet> current =
        owned.stream().filter(s -> s.template().equals(w.workload().template())).findFirst();
    if (!w.workload().held()) {
      return native_(w, owned, current.filter(PodSet::adopted));
    }
    if (!owned.stream().allMatch(PodSet::adopted)) {
      return sets(w, w.sets().stream().map(s -> s.inDeployment() ? adopted(s) : s).toList());
    }
    List<PodSet> active = owned.stream().filter(s -> s.size() > 0).toList();
    if (active.size() > 1 || owned.isEmpty()) {
      return w;
    }
    PodSet scaled = active.size() == 1 ? active.getFirst() : current.orElse(owned.getFirst());
    return scaled.size() == w.workload().replicas()
        ? w
        : set(w, scaled.hash(), s -> sized(s, w.workload().replicas()));
  }

  private static World native_(World w, List<PodSet> owned, Optional<PodSet> current) {
    if (current.isEmpty()) {
      throw new AssertionError("the Deployment rolls by itself: " + w);
    }
    World next = w;
    for (PodSet set : owned) {
      int size = set.hash().equals(current.get().hash()) ? w.workload().replicas() : 0;
      if (set.size() != size) {
        next = set(next, set.hash(), s -> sized(s, size));
      }
    }
    return next;
  }

  /** The kubelet and the ReplicaSet controller, once: pods come, become ready, go. */
  static World pods(World w) {
    World next = w;
    for (PodSet s : w.sets()) {
      if (s.pods() != s.size() || s.ready() != s.size()) {
        next = set(next, s.hash(), x -> pods(x, x.size(), x.size()));
      }
    }
    return next;
  }

  static World lose(World w, String hash, int ready) {
    return set(w, hash, s -> pods(s, s.pods(), Math.min(s.ready(), ready)));
  }

  /** Somebody deletes a set; its pods go with it. */
  static World deleted(World w, String hash) {
    return sets(w, w.sets().stream().filter(s -> !s.hash().equals(hash)).toList());
  }

  /** Somebody deletes the candidate's own Service. */
  static World unserved(World w) {
    return candidate(w, Optional.empty());
  }

  static World command(World w, Command command) {
    List<Command> more = new ArrayList<>(w.commands());
    more.add(command);
    return with(w, w.checks(), more, w.served());
  }

  static World check(World w, String name, CheckResult result) {
    Map<String, CheckResult> more = new HashMap<>(w.checks());
    more.put(name, result);
    return with(w, more, w.commands(), w.served());
  }

  static World forgetChecks(World w) {
    return with(w, Map.of(), w.commands(), w.served());
  }

  static World served(World w, Optional<Served> served) {
    return with(w, w.checks(), w.commands(), served);
  }

  private static Optional<String> versionOf(World w, Write write) {
    return switch (write) {
      case Write.Hold x -> Optional.of(w.workload().version());
      case Write.Release x -> Optional.of(w.workload().version());
      case Write.WriteTemplate x -> Optional.of(w.workload().version());
      case Write.Pin x -> entry(w, x.entryPoint());
      case Write.Unpin x -> entry(w, x.entryPoint());
      case Write.SetSplit x -> w.route().map(RouteState::version);
      case Write.ClearSplit x -> w.route().map(RouteState::version);
      case Write.Resize x -> w.set(x.hash()).map(PodSet::version);
      case Write.TakeOut x -> w.set(x.hash()).map(PodSet::version);
      case Write.GiveIn x -> w.set(x.hash()).map(PodSet::version);
      case Write.DeleteSet x -> w.set(x.hash()).map(PodSet::version);
      case Write.CreateSet x -> Optional.empty();
      case Write.ServeCandidate x -> Optional.empty();
      case Write.DropCandidateService x -> Optional.empty();
      case Write.Preview x -> Optional.empty();
      case Write.StartCheck x -> Optional.empty();
    };
  }

  private static Optional<String> entry(World w, String name) {
    return w.entryPoints().stream()
        .filter(e -> e.name().equals(name))
        .map(EntryPoint::version)
        .findFirst();
  }

  private static String next(String version) {
    return String.valueOf(Integer.parseInt(version) + 1);
  }

  private static Workload hold(Workload w, boolean held) {
    return new Workload(w.template(), w.replicas(), held, false, w.authors(), "");
  }

  private static PodSet sized(PodSet s, int size) {
    return copy(s, s.inDeployment(), s.userOwned(), size, s.pods(), s.ready());
  }

  private static PodSet owned(PodSet s, boolean in) {
    return copy(s, in, s.userOwned() || in, s.size(), s.pods(), s.ready());
  }

  private static PodSet adopted(PodSet s) {
    return new PodSet(
        s.hash(),
        s.template(),
        true,
        true,
        s.userOwned(),
        s.size(),
        s.pods(),
        s.ready(),
        s.trouble(),
        s.adopted() ? s.version() : next(s.version()));
  }

  private static PodSet pods(PodSet s, int pods, int ready) {
    return copy(s, s.inDeployment(), s.userOwned(), s.size(), pods, ready);
  }

  private static PodSet copy(
      PodSet s, boolean in, boolean userOwned, int size, int pods, int ready) {
    return new PodSet(
        s.hash(),
        s.template(),
        in,
        in && s.adopted(),
        userOwned,
        size,
        pods,
        Math.min(ready, pods),
        Optional.empty(),
        next(s.version()));
  }

  private static World created(World w, Write.CreateSet create) {
    List<PodSet> more = new ArrayList<>(w.sets());
    more.add(
        new PodSet(
            create.hash(),
            create.template(),
            false,
            false,
            false,
            create.size(),
            0,
            0,
            Optional.empty(),
            "0"));
    return sets(w, more);
  }

  private static World set(World w, String hash, UnaryOperator<PodSet> change) {
    Predicate<PodSet> it = s -> s.hash().equals(hash);
    return sets(w, w.sets().stream().map(s -> it.test(s) ? change.apply(s) : s).toList());
  }

  private static World pin(World w, String name, Optional<String> pin) {
    List<EntryPoint> entries =
        w.entryPoints().stream()
            .map(e -> e.name().equals(name) ? new EntryPoint(name, pin, next(e.version())) : e)
            .toList();
    return new World(
        w.workload(),
        w.sets(),
        entries,
        w.route(),
        w.candidateService(),
        w.preview(),
        w.checks(),
        w.commands(),
        w.blockers(),
        w.traffic(),
        w.served());
  }

  private static World workload(World w, UnaryOperator<Workload> change) {
    Workload to = change.apply(w.workload());
    Workload next =
        new Workload(
            to.template(),
            to.replicas(),
            to.held(),
            to.observed(),
            to.authors(),
            next(w.workload().version()));
    return new World(
        next,
        w.sets(),
        w.entryPoints(),
        w.route(),
        w.candidateService(),
        w.preview(),
        w.checks(),
        w.commands(),
        w.blockers(),
        w.traffic(),
        w.served());
  }

  /** A rollout of the Deployment's own has come to its end: nothing held it. */
  static World rolled(World w, String template) {
    int all = w.workload().replicas();
    List<PodSet> sets =
        new ArrayList<>(w.sets().stream().map(s -> pods(sized(s, 0), 0, 0)).toList());
    sets.add(new PodSet("n2", template, true, true, true, all, all, all, Optional.empty(), "0"));
    World next =
        workload(w, old -> new Workload(template, old.replicas(), false, true, Set.of(), ""));
    return sets(blocked(next, List.of()), sets);
  }

  /** Something that a release stands on is not there. */
  static World blocked(World w, String sentence) {
    return blocked(w, List.of(sentence));
  }

  private static World blocked(World w, List<String> sentences) {
    return new World(
        w.workload(),
        w.sets(),
        w.entryPoints(),
        w.route(),
        w.candidateService(),
        w.preview(),
        w.checks(),
        w.commands(),
        sentences,
        w.traffic(),
        w.served());
  }

  private static World sets(World w, List<PodSet> sets) {
    return new World(
        w.workload(),
        sets,
        w.entryPoints(),
        w.route(),
        w.candidateService(),
        w.preview(),
        w.checks(),
        w.commands(),
        w.blockers(),
        w.traffic(),
        w.served());
  }

  private static World route(World w, RouteState to) {
    RouteState next = new RouteState(to.split(), next(w.route().orElseThrow().version()));
    return new World(
        w.workload(),
        w.sets(),
        w.entryPoints(),
        Optional.of(next),
        w.candidateService(),
        w.preview(),
        w.checks(),
        w.commands(),
        w.blockers(),
        w.traffic(),
        w.served());
  }

  private static World candidate(World w, Optional<String> hash) {
    return new World(
        w.workload(),
        w.sets(),
        w.entryPoints(),
        w.route(),
        hash,
        w.preview(),
        w.checks(),
        w.commands(),
        w.blockers(),
        w.traffic(),
        w.served());
  }

  private static World preview(World w, Optional<String> hash) {
    return new World(
        w.workload(),
        w.sets(),
        w.entryPoints(),
        w.route(),
        w.candidateService(),
        hash,
        w.checks(),
        w.commands(),
        w.blockers(),
        w.traffic(),
        w.served());
  }

  private static World with(
      World w, Map<String, CheckResult> checks, List<Command> commands, Optional<Served> served) {
    return new World(
        w.workload(),
        w.sets(),
        w.entryPoints(),
        w.route(),
        w.candidateService(),
        w.preview(),
        checks,
        commands,
        w.blockers(),
        w.traffic(),
        served);
  }

  /** The same world with every resourceVersion at zero: for comparing and counting states. */
  static World withoutVersions(World w) {
    Workload workload =
        new Workload(
            w.workload().template(),
            w.workload().replicas(),
            w.workload().held(),
            w.workload().observed(),
            w.workload().authors(),
            "0");
    List<PodSet> sets =
        w.sets().stream()
            .map(
                s ->
                    new PodSet(
                        s.hash(),
                        s.template(),
                        s.inDeployment(),
                        s.adopted(),
                        s.userOwned(),
                        s.size(),
                        s.pods(),
                        s.ready(),
                        s.trouble(),
                        "0"))
            .toList();
    return new World(
        workload,
        sets,
        w.entryPoints().stream().map(e -> new EntryPoint(e.name(), e.pin(), "0")).toList(),
        w.route().map(r -> new RouteState(r.split(), "0")),
        w.candidateService(),
        w.preview(),
        w.checks(),
        w.commands(),
        w.blockers(),
        w.traffic(),
        w.served());
  }
}
