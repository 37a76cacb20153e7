package dev.sluice.engine.forecast;

import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Split;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * A Deployment, its sets, Services and a route, in which all goes well: each write takes effect at
 * once, pods become ready in their time, the data plane serves what it was told, checks say yes.
 */
final class SmallCluster {
  static final String STABLE = "stable";
  private static final String OLD = "old";
  private static final String NEW = "new";

  private final int replicas;
  private final Duration podsReady;
  private final boolean routed;
  private final OptionalDouble perSecond;
  private final Map<String, PodSet> sets = new LinkedHashMap<>();
  private final Map<String, Instant> growing = new TreeMap<>();
  private final Map<String, Optional<String>> pins = new LinkedHashMap<>();
  private final Map<String, Instant> checks = new TreeMap<>();
  private String template = NEW;
  private boolean held = true;
  private Optional<Split> split = Optional.empty();
  private Optional<String> candidateService = Optional.empty();
  private Optional<String> preview = Optional.empty();
  private List<Command> commands = List.of();

  /** The new template was written just now, and is held. */
  SmallCluster(Situation situation) {
    this.replicas = situation.replicas();
    this.podsReady = situation.podsReady();
    this.routed = situation.spec().route().isPresent();
    this.perSecond =
        situation
            .load()
            .map(l -> OptionalDouble.of(l.requestsPerSecond()))
            .orElse(OptionalDouble.empty());
    sets.put(
        STABLE,
        new PodSet(
            STABLE, OLD, true, true, true, replicas, replicas, replicas, Optional.empty(), ""));
    situation.entryPoints().forEach(name -> pins.put(name, Optional.empty()));
  }

  SmallCluster(SmallCluster other) {
    this.replicas = other.replicas;
    this.podsReady = other.podsReady;
    this.routed = other.routed;
    this.perSecond = other.perSecond;
    sets.putAll(other.sets);
    growing.putAll(other.growing);
    pins.putAll(other.pins);
    checks.putAll(other.checks);
    this.template = other.template;
    this.held = other.held;
    this.split = other.split;
    this.candidateService = other.candidateService;
    this.preview = other.preview;
    this.commands = other.commands;
  }

  World world(Instant now) {
    List<EntryPoint> entries = new ArrayList<>();
    pins.forEach((name, pin) -> entries.add(new EntryPoint(name, pin, "")));
    Map<String, CheckResult> results = new TreeMap<>();
    checks.forEach(
        (name, over) ->
            results.put(
                name, now.isBefore(over) ? new CheckResult.Running() : new CheckResult.Passed()));
    return new World(
        new Workload(template, replicas, held, true, Set.of("its author"), ""),
        List.copyOf(sets.values()),
        entries,
        routed ? Optional.of(new RouteState(split, "")) : Optional.empty(),
        candidateService,
        preview,
        results,
        commands,
        List.of(),
        new Traffic(perSecond, perSecond, OptionalDouble.empty()),
        Optional.of(new Served(0, 1)));
  }

  /** A person who has not yet says yes to what waits for one, and is in each of these groups. */
  void approve(String release, int number, Set<String> groups, Instant now) {
    commands =
        List.of(
            new Command(
                "yes-" + number,
                release,
                Command.Action.APPROVE,
                Optional.empty(),
                "person " + number,
                groups,
                "",
                now));
  }

  void apply(Write write, Instant now) {
    switch (write) {
      case Write.Hold _ -> held = true;
      case Write.Release _ -> held = false;
      case Write.Pin w -> pins.put(w.entryPoint(), Optional.of(w.hash()));
      case Write.Unpin w -> pins.put(w.entryPoint(), Optional.empty());
      case Write.SetSplit w -> split = Optional.of(w.split());
      case Write.ClearSplit _ -> split = Optional.empty();
      case Write.CreateSet w -> {
        sets.put(
            w.hash(),
            new PodSet(w.hash(), w.template(), false, false, false, 0, 0, 0, Optional.empty(), ""));
        size(w.hash(), w.size(), now);
      }
      case Write.Resize w -> size(w.hash(), w.size(), now);
      case Write.TakeOut w -> owned(w.hash(), false);
      case Write.GiveIn w -> owned(w.hash(), true);
      case Write.DeleteSet w -> sets.remove(w.hash());
      case Write.WriteTemplate w -> template = w.template();
      case Write.ServeCandidate w -> candidateService = Optional.of(w.hash());
      case Write.DropCandidateService _ -> candidateService = Optional.empty();
      case Write.Preview w -> preview = w.hash();
      case Write.StartCheck w ->
          checks.put(w.name(), CheckSpec.isRehearsal(w.name()) ? now.plus(podsReady) : now);
    }
    // The Deployment sizes the one set that it has.
    sets.values().stream()
        .filter(s -> s.inDeployment() && s.active() && s.size() != replicas)
        .findFirst()
        .ifPresent(s -> size(s.hash(), replicas, now));
  }

  /** Pods whose time it is are ready. */
  void pass(Instant now) {
    growing
        .entrySet()
        .removeIf(
            since -> {
              boolean done = !now.isBefore(since.getValue().plus(podsReady));
              PodSet set = sets.get(since.getKey());
              if (done && set != null) {
                sets.put(set.hash(), with(set, set.inDeployment(), set.size(), set.size()));
              }
              return done;
            });
  }

  /** When the next pods, or a check, are done; empty: nothing is under way. */
  Optional<Instant> nextReady(Instant now) {
    List<Instant> times = new ArrayList<>();
    growing.values().forEach(since -> times.add(since.plus(podsReady)));
    checks.values().stream().filter(now::isBefore).forEach(times::add);
    return times.stream().min(Comparator.naturalOrder());
  }

  /** Pods of the old version, and of the new one; a rehearsal's, too. */
  int pods(boolean stable, Instant now) {
    boolean rehearses =
        checks.entrySet().stream()
            .anyMatch(c -> CheckSpec.isRehearsal(c.getKey()) && now.isBefore(c.getValue()));
    int pods =
        sets.values().stream()
            .filter(s -> s.hash().equals(STABLE) == stable)
            .mapToInt(PodSet::size)
            .sum();
    return pods + (stable && rehearses ? 1 : 0);
  }

  private void owned(String hash, boolean in) {
    PodSet set = there(hash);
    sets.put(hash, with(set, in, set.size(), set.ready()));
  }

  private void size(String hash, int size, Instant now) {
    PodSet set = there(hash);
    sets.put(hash, with(set, set.inDeployment(), size, Math.min(set.ready(), size)));
    if (size > set.size()) {
      growing.put(hash, now);
    }
  }

  private PodSet there(String hash) {
    PodSet set = sets.get(hash);
    if (set == null) {
      throw new IllegalStateException("no set " + hash + " among " + sets.keySet());
    }
    return set;
  }

  private static PodSet with(PodSet set, boolean in, int size, int ready) {
    return new PodSet(
        set.hash(),
        set.template(),
        in,
        in,
        set.userOwned() || in,
        size,
        size,
        ready,
        Optional.empty(),
        "");
  }
}
