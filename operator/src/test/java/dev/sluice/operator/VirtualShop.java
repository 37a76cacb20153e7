package dev.sluice.operator;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.port.Observer;
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
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A Deployment, its sets, one Service and a route in memory, by the rules of a paused Deployment,
 * with users and a clock that only moves when somebody sleeps. Outlives the loops that work on it.
 */
final class VirtualShop implements Observer, Actuator, EvidenceSource, InstantSource, Sleeper {
  static final int REPLICAS = 4;
  static final double RATE = 500;

  private static final class Pods {
    final String hash;
    final String template;
    boolean inDeployment;
    boolean userOwned;
    int size;
    int ready;
    long version;
    Instant grownAt = Instant.MIN;

    Pods(String hash, String template, boolean inDeployment, int size) {
      this.hash = hash;
      this.template = template;
      this.inDeployment = inDeployment;
      this.userOwned = inDeployment;
      this.size = size;
    }
  }

  final Map<String, Double> errorRates = new HashMap<>();
  final Map<String, Double> orderFailures = new HashMap<>();
  final List<String> unheard = new ArrayList<>();
  final List<String> effects = new ArrayList<>();
  final List<Command> commands = new ArrayList<>();
  final Set<String> silent = new HashSet<>();
  Optional<String> undone = Optional.empty();
  boolean blind;
  boolean forgetful;
  boolean countersGone;
  Duration startUp = Duration.ZERO;

  /** So many a second of each ready pod count as requests, and each reading too; 0: none does. */
  double healthChecks;

  /** Something that wakes the loop happens so often. */
  Duration calm = Duration.ofDays(1);

  Outcome answer = new Outcome.Applied();
  int observed;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Map<String, Pods> sets = new LinkedHashMap<>();
  private final Map<String, CheckResult> checks = new HashMap<>();
  private final Map<String, double[]> counted = new HashMap<>();
  private String template;
  private boolean held;
  private long version;
  private Optional<String> pin = Optional.empty();
  private Optional<Split> split = Optional.empty();
  private Optional<String> candidateService = Optional.empty();
  private boolean woken;
  private int applications;
  private int killAt = Integer.MAX_VALUE;
  private boolean killAfter;

  /** The process is gone: nothing may catch this. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  VirtualShop() {
    template = "v1";
    Pods first = new Pods("h1", "v1", true, REPLICAS);
    first.ready = REPLICAS;
    sets.put("h1", first);
  }

  /** Foreign write: a new template is held in that same write. */
  void deploy(String next) {
    held |= !next.equals(template);
    template = next;
    version++;
  }

  void killAt(int write, boolean after) {
    killAt = write;
    killAfter = after;
    applications = 0;
  }

  @Override
  public Optional<String> advance(Memory memory) {
    return undone;
  }

  @Override
  public World observe(Memory memory) throws IOException {
    observed++;
    if (blind) {
      throw new IOException("connection refused");
    }
    List<PodSet> seen =
        sets.values().stream()
            .map(
                s ->
                    new PodSet(
                        s.hash,
                        s.template,
                        s.inDeployment,
                        s.inDeployment,
                        s.userOwned,
                        s.size,
                        s.ready,
                        s.ready,
                        Optional.empty(),
                        "" + s.version))
            .toList();
    Share share = share();
    return new World(
        new Workload(template, REPLICAS, held, true, Set.of(), "" + version),
        seen,
        List.of(new EntryPoint("orders", pin, "" + version)),
        Optional.of(new RouteState(split, "" + version)),
        candidateService,
        Optional.empty(),
        checks,
        commands,
        List.of(),
        new Traffic(
            OptionalDouble.of(RATE),
            OptionalDouble.of(RATE),
            OptionalDouble.of(RATE * share.fraction())),
        Optional.of(new Served(share.fraction(), share.fraction())));
  }

  @Override
  public Outcome apply(Write write) {
    boolean mine = applications++ == killAt;
    if (mine && !killAfter) {
      throw new Killed();
    }
    if (!(answer instanceof Outcome.Applied)) {
      return answer;
    }
    try {
      if (!write.allowed(observe(Memory.fresh("orders")))) {
        return new Outcome.Conflict("the world has moved on");
      }
    } catch (IOException e) {
      return new Outcome.Unknown("blind");
    }
    if (forgetful) {
      return answer;
    }
    change(write);
    version++;
    effects.add(write.getClass().getSimpleName());
    if (mine) {
      throw new Killed();
    }
    return new Outcome.Applied();
  }

  private void change(Write write) {
    switch (write) {
      case Write.Hold _ -> held = true;
      case Write.Release _ -> held = false;
      case Write.Pin w -> pin = Optional.of(w.hash());
      case Write.Unpin _ -> pin = Optional.empty();
      case Write.SetSplit w -> split = Optional.of(w.split());
      case Write.ClearSplit _ -> split = Optional.empty();
      case Write.CreateSet w -> {
        if (sets.put(w.hash(), new Pods(w.hash(), w.template(), false, w.size())) != null) {
          throw new AssertionError("made twice: " + w);
        }
      }
      case Write.Resize w -> set(w.hash()).size = w.size();
      case Write.TakeOut w -> set(w.hash()).inDeployment = false;
      case Write.GiveIn w -> {
        set(w.hash()).inDeployment = true;
        set(w.hash()).userOwned = true;
      }
      case Write.DeleteSet w -> sets.remove(w.hash());
      case Write.WriteTemplate w -> template = w.template();
      case Write.ServeCandidate w -> candidateService = Optional.of(w.hash());
      case Write.DropCandidateService _ -> candidateService = Optional.empty();
      case Write.Preview _ -> throw new AssertionError("there is no preview here");
      case Write.StartCheck w -> checks.put(w.name(), new CheckResult.Passed());
    }
    deploymentRules();
    for (Pods set : sets.values()) {
      boolean grows = write instanceof Write.CreateSet || write instanceof Write.Resize;
      if (set.size > set.ready && set.grownAt.isBefore(now) && grows) {
        set.grownAt = now;
      }
    }
  }

  private void deploymentRules() {
    List<Pods> owned =
        sets.values().stream().filter(s -> s.inDeployment && (s.size > 0 || s.ready > 0)).toList();
    if (held && owned.size() > 1) {
      throw new AssertionError("two sets in a paused Deployment");
    }
    if (!held && (owned.size() != 1 || !owned.getFirst().template.equals(template))) {
      throw new AssertionError("the Deployment would roll by itself");
    }
    owned.forEach(s -> s.size = REPLICAS);
  }

  private Pods set(String hash) {
    Pods set = sets.get(hash);
    if (set == null) {
      throw new AssertionError("no such set: " + hash);
    }
    set.version++;
    return set;
  }

  private Share share() {
    if (pin.isPresent() && pin.equals(candidateService)) {
      return Share.ALL;
    }
    return split.map(Split::candidate).orElse(Share.NONE);
  }

  @Override
  public Reading read(World world) throws IOException {
    if (countersGone) {
      throw new IOException("no route to host");
    }
    List<Pod> pods = new ArrayList<>();
    for (Pods set : sets.values()) {
      for (int i = 0; i < Math.max(set.size, set.ready); i++) {
        String name = set.hash + "-" + i;
        double[] all = counted.computeIfAbsent(name, _ -> new double[2]);
        boolean ready = i < set.ready;
        all[1] += healthChecks > 0 && ready ? 1 : 0;
        Map<String, RawCounters.Reading> metrics =
            silent.contains(set.hash) || i >= set.ready
                ? Map.of()
                : Map.of("errors", RawCounters.Reading.rate(all[0], all[1]));
        Set<String> mixed = healthChecks > 0 ? Set.of("errors") : Set.of();
        pods.add(new Pod(name, set.hash, Duration.ofMinutes(5), ready, metrics, mixed));
      }
    }
    Map<String, Sample.Rate> orders = new HashMap<>();
    orderFailures.forEach((hash, rate) -> orders.put(hash, new Sample.Rate(200 * rate, 200)));
    return new Reading(
        now,
        pods,
        Map.of(),
        orders.isEmpty() ? Map.of() : Map.of("order-failure", orders),
        unheard,
        unheard.isEmpty()
            ? Map.of()
            : sets.keySet().stream().collect(Collectors.toMap(hash -> hash, _ -> unheard)));
  }

  @Override
  public OptionalDouble weightAccuracy() {
    return OptionalDouble.empty();
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void wake() {
    woken = true;
  }

  @Override
  public void sleep(Duration atMost) {
    if (!woken) {
      pass(atMost.compareTo(calm) < 0 ? atMost : calm);
    }
    woken = false;
  }

  /** Time passes: pods start and stop, users come. */
  void pass(Duration time) {
    now = now.plus(time);
    double seconds = time.toNanos() / 1e9;
    double share = share().fraction();
    if (split.isPresent()) {
      count(candidateService.orElseThrow(), seconds * RATE * share);
    }
    double rest = seconds * RATE * (split.isPresent() ? 1 - share : 1);
    if (pin.isPresent()) {
      count(pin.get(), rest);
    } else {
      int all = sets.values().stream().mapToInt(s -> s.ready).sum();
      sets.values().stream()
          .filter(s -> s.ready > 0)
          .forEach(s -> count(s.hash, rest * s.ready / all));
    }
    for (Pods set : sets.values()) {
      for (int i = 0; i < set.ready; i++) {
        counted.computeIfAbsent(set.hash + "-" + i, _ -> new double[2])[1] +=
            healthChecks * seconds;
      }
      boolean late = set.size > set.ready && now.isBefore(set.grownAt.plus(startUp));
      set.ready = late ? set.ready : set.size;
    }
  }

  private void count(String hash, double requests) {
    int ready = Optional.ofNullable(sets.get(hash)).map(s -> s.ready).orElse(0);
    if (requests > 0 && ready == 0) {
      throw new AssertionError("users are sent to nobody: " + hash);
    }
    for (int i = 0; i < ready; i++) {
      double[] all = counted.computeIfAbsent(hash + "-" + i, _ -> new double[2]);
      all[0] += requests / ready * errorRates.getOrDefault(hash, 0.001);
      all[1] += requests / ready;
    }
  }

  /** Everything that a person would call the end, without versions. */
  String state() {
    StringBuilder state = new StringBuilder("template " + template + " held " + held);
    state.append(" pin " + pin + " split " + split + " service " + candidateService);
    sets.values()
        .forEach(
            s ->
                state.append(
                    " | %s %s in=%s size=%d"
                        .formatted(s.hash, s.template, s.inDeployment, s.size)));
    return state.toString();
  }
}
