package dev.sluice.local.node;

import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator.Outcome;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a cluster would keep for one service: a Deployment, its sets, Services, a route. Follows the
 * rules of a paused Deployment: a change of template holds it in that same write, and the one
 * active set in it is sized to its replicas. When it is not held nothing rolls: the lab has no
 * native rollouts. Not safe for threads; whoever owns it has a lock.
 */
final class Objects {
  /** Zero-size sets that are kept as history. */
  static final int HISTORY = 10;

  /** Commands that are kept; fewer than those whose handling is remembered. */
  static final int COMMANDS = 40;

  /** Who gives the lab its versions; nobody who says yes to one is called so. */
  private static final Set<String> AUTHORS = Set.of("the lab");

  private static final class SetState {
    final String hash;
    final Template template;
    boolean inDeployment;
    boolean userOwned;
    int size;
    long version;

    SetState(String hash, Template template, boolean inDeployment, int size, long version) {
      this.hash = hash;
      this.template = template;
      this.inDeployment = inDeployment;
      this.userOwned = inDeployment;
      this.size = size;
      this.version = version;
    }
  }

  /** Pods of a set as they are. */
  record Seen(int pods, int ready, Optional<String> trouble) {
    static final Seen NONE = new Seen(0, 0, Optional.empty());
  }

  private record Entry(Optional<String> pin, long version) {}

  private final Map<String, SetState> sets = new LinkedHashMap<>();
  private final Map<String, Entry> entries = new TreeMap<>();
  private final Map<String, CheckResult> checks = new HashMap<>();
  private final Deque<Command> commands = new ArrayDeque<>();
  private final boolean routed;
  private Template template;
  private int replicas;
  private boolean held;
  private long workloadVersion;
  private Optional<Split> split = Optional.empty();
  private long routeVersion;
  private Optional<String> candidateService = Optional.empty();
  private Optional<String> preview = Optional.empty();
  private String owner;
  private String checksOf = "";
  private long version;

  /** One version serves, nothing is pinned. */
  Objects(Template template, int replicas, List<String> services, boolean routed) {
    this.template = template;
    this.replicas = replicas;
    this.routed = routed;
    this.owner = "s" + template.fingerprint();
    sets.put(owner, new SetState(owner, template, true, replicas, 0));
    services.forEach(service -> entries.put(service, new Entry(Optional.empty(), 0)));
  }

  /** The user's own write; another template is held in that same write. */
  void deploy(Template next) {
    held |= !next.fingerprint().equals(template.fingerprint());
    template = next;
    workloadVersion = ++version;
  }

  /** The user's, or an autoscaler's, own write. */
  void scale(int to) {
    replicas = to;
    workloadVersion = ++version;
    deploymentSizes();
  }

  void command(Command command) {
    commands.addLast(command);
    while (commands.size() > COMMANDS) {
      commands.removeFirst();
    }
  }

  /** Results of another release's checks count for nothing. */
  void checksOf(String release) {
    if (!release.equals(checksOf)) {
      checksOf = release;
      checks.clear();
    }
  }

  /** How a check ended; too late where another release has begun since. */
  void checked(String release, String name, CheckResult result) {
    if (release.equals(checksOf)) {
      checks.put(name, result);
    }
  }

  /** A check whose result counts for nothing any more: it may be started again. */
  void unchecked(String release, String name) {
    if (release.equals(checksOf)) {
      checks.remove(name);
    }
  }

  /** What the Deployment's own pods are made from: stable, until the hand-over. */
  Template serving() {
    SetState set = sets.get(owner);
    return set == null ? template : set.template;
  }

  Optional<Template> template(String hash) {
    return Optional.ofNullable(sets.get(hash)).map(s -> s.template);
  }

  Template template() {
    return template;
  }

  /** Pods that each set should have. */
  Map<String, Integer> wanted() {
    Map<String, Integer> wanted = new LinkedHashMap<>();
    sets.values().forEach(s -> wanted.put(s.hash, s.size));
    return wanted;
  }

  Routes routes(List<Backend> ready) {
    return Routes.of(pin(), candidateService, preview, split, ready);
  }

  /** Whose share of the traffic is the candidate's: its Service says so; without a route a flip. */
  Optional<String> candidate() {
    return candidateService.or(
        () ->
            pin()
                .flatMap(hash -> Optional.ofNullable(sets.get(hash)))
                .filter(set -> !set.inDeployment)
                .map(set -> set.hash));
  }

  private Optional<String> pin() {
    return entries.values().stream().findFirst().flatMap(Entry::pin);
  }

  World world(Map<String, Seen> pods, Traffic traffic, Optional<Served> served) {
    List<PodSet> seen = new ArrayList<>();
    for (SetState s : sets.values()) {
      Seen of = pods.getOrDefault(s.hash, Seen.NONE);
      seen.add(
          new PodSet(
              s.hash,
              s.template.fingerprint(),
              s.inDeployment,
              s.inDeployment,
              s.userOwned,
              s.size,
              of.pods(),
              of.ready(),
              of.trouble(),
              "" + s.version));
    }
    List<EntryPoint> points = new ArrayList<>();
    entries.forEach((name, e) -> points.add(new EntryPoint(name, e.pin(), "" + e.version())));
    return new World(
        new Workload(template.fingerprint(), replicas, held, true, AUTHORS, "" + workloadVersion),
        seen,
        points,
        routed ? Optional.of(new RouteState(split, "" + routeVersion)) : Optional.empty(),
        candidateService,
        preview,
        checks,
        List.copyOf(commands),
        List.of(),
        traffic,
        served);
  }

  /**
   * One write, if the world as it is now permits it and the object is still the one that was seen.
   *
   * @param now this very world
   */
  Outcome apply(Write write, World now) {
    if (!write.allowed(now)) {
      return new Outcome.Conflict("what the write relies on is no longer so");
    }
    return switch (write) {
      case Write.Hold w -> workload(w.version(), () -> held = true);
      case Write.Release w -> workload(w.version(), () -> held = false);
      case Write.WriteTemplate w ->
          known(w.template())
              .map(known -> workload(w.version(), () -> template = known))
              .orElseGet(() -> new Outcome.Refused("no set has the template " + w.template()));
      case Write.Pin w -> entry(w.entryPoint(), Optional.of(w.hash()), w.version());
      case Write.Unpin w -> entry(w.entryPoint(), Optional.empty(), w.version());
      case Write.SetSplit w -> route(Optional.of(w.split()), w.version());
      case Write.ClearSplit w -> route(Optional.empty(), w.version());
      case Write.CreateSet w -> create(w);
      case Write.Resize w -> set(w.hash(), w.version(), s -> s.size = w.size());
      case Write.TakeOut w -> set(w.hash(), w.version(), s -> s.inDeployment = false);
      case Write.GiveIn w ->
          set(
              w.hash(),
              w.version(),
              s -> {
                s.inDeployment = true;
                s.userOwned = true;
              });
      case Write.DeleteSet w -> set(w.hash(), w.version(), s -> sets.remove(s.hash));
      case Write.ServeCandidate w -> done(() -> candidateService = Optional.of(w.hash()));
      case Write.DropCandidateService _ -> done(() -> candidateService = Optional.empty());
      case Write.Preview w -> done(() -> preview = w.hash());
      case Write.StartCheck w ->
          done(() -> checks.putIfAbsent(w.name(), new CheckResult.Running()));
    };
  }

  private Outcome create(Write.CreateSet w) {
    Optional<Template> of = known(w.template());
    if (of.isEmpty()) {
      return new Outcome.Conflict("the Deployment asks for another template by now");
    }
    return done(
        () -> sets.put(w.hash(), new SetState(w.hash(), of.get(), false, w.size(), version)));
  }

  private Optional<Template> known(String fingerprint) {
    if (template.fingerprint().equals(fingerprint)) {
      return Optional.of(template);
    }
    return sets.values().stream()
        .map(s -> s.template)
        .filter(t -> t.fingerprint().equals(fingerprint))
        .findFirst();
  }

  private Outcome workload(String seen, Runnable change) {
    if (!seen.equals("" + workloadVersion)) {
      return moved("The Deployment");
    }
    workloadVersion = version + 1;
    return done(change);
  }

  private Outcome entry(String name, Optional<String> pin, String seen) {
    Entry entry = entries.get(name);
    if (entry == null || !seen.equals("" + entry.version())) {
      return moved("Service " + name);
    }
    return done(() -> entries.put(name, new Entry(pin, version)));
  }

  private Outcome route(Optional<Split> next, String seen) {
    if (!routed || !seen.equals("" + routeVersion)) {
      return moved("The route");
    }
    routeVersion = version + 1;
    return done(() -> split = next);
  }

  private Outcome set(String hash, String seen, java.util.function.Consumer<SetState> change) {
    SetState set = sets.get(hash);
    if (set == null || !seen.equals("" + set.version)) {
      return moved("The set " + hash);
    }
    set.version = version + 1;
    return done(() -> change.accept(set));
  }

  private static Outcome moved(String what) {
    return new Outcome.Conflict(what + " is no longer as it was seen");
  }

  private Outcome done(Runnable change) {
    version++;
    change.run();
    deploymentSizes();
    forgetHistory();
    return new Outcome.Applied();
  }

  /**
   * The Deployment sizes the one set that it owns; scaled to zero it remembers which one it was.
   */
  private void deploymentSizes() {
    List<SetState> active =
        sets.values().stream().filter(s -> s.inDeployment && s.size > 0).toList();
    if (active.size() == 1) {
      owner = active.getFirst().hash;
    }
    SetState owned = sets.get(owner);
    if (active.size() <= 1 && owned != null && owned.inDeployment && owned.size != replicas) {
      owned.size = replicas;
      owned.version = ++version;
    }
  }

  private void forgetHistory() {
    List<SetState> old =
        sets.values().stream()
            .filter(s -> s.inDeployment && s.size == 0 && !s.hash.equals(owner))
            .filter(s -> !s.template.fingerprint().equals(template.fingerprint()))
            .toList();
    old.stream().limit(Math.max(0, old.size() - HISTORY)).forEach(s -> sets.remove(s.hash));
  }
}
