package dev.sluice.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Decider;
import dev.sluice.engine.decide.Decision;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.sequence.Sequencer;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.Served;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Random worlds, faults, commands, foreign writers and clocks, thousands of steps each. A failing
 * seed replays exactly and is shrunk to a short story.
 */
class RandomReleasesTest {
  private static final int STEPS = 400;
  private static final Duration STRIDE = Duration.ofMinutes(2);
  private static final int RUNS = Integer.getInteger("sluice.runs", 1_000);

  /** What may happen next; {@code x} chooses among its variants. */
  private record Step(What what, int x) {}

  private enum What {
    OPERATOR,
    OPERATOR_DIES,
    STALE_OPERATOR,
    DEPLOYMENT,
    PODS,
    LOSE_POD,
    SET_DELETED,
    SERVICE_DELETED,
    CLOCK,
    TEMPLATE,
    REPLICAS,
    COMMAND,
    CHECK,
    SERVED,
    POLICY_REMOVED
  }

  @Test
  void canaries_hold_the_invariants_whatever_happens() {
    play("canary", Specs.canary(1, 20, 50, 100), true);
  }

  @Test
  void blue_green_releases_hold_the_invariants_whatever_happens() {
    play("blue-green", Specs.blueGreen(), false);
  }

  @Test
  void blue_green_releases_behind_a_route_hold_the_invariants_whatever_happens() {
    play("blue-green with a route", Specs.blueGreenRouted(), true);
  }

  @Test
  void canaries_by_replicas_hold_the_invariants_whatever_happens() {
    play("by replicas", Specs.byReplicas(20, 50, 100), false);
  }

  @Test
  void canaries_with_whitelist_approvals_checks_and_known_capacity_hold_the_invariants() {
    play("everything", Specs.everything(), true);
  }

  @Test
  void adaptive_canaries_hold_the_invariants_whatever_they_skip() {
    play("adaptive", Specs.adaptiveWithGates(), true);
  }

  private static void play(String name, Spec spec, boolean route) {
    long first = Long.getLong("sluice.seed", 20261124L);
    int runs = System.getProperty("sluice.seed") == null ? RUNS : 1;
    long succeeded = 0;
    for (long seed = first; seed < first + runs; seed++) {
      List<Step> steps = steps(seed);
      Optional<Throwable> failure = tell(spec, route, steps);
      if (failure.isPresent()) {
        List<Step> story = Story.shrink(steps, s -> tell(spec, route, s));
        Throwable why = tell(spec, route, story).orElseThrow();
        throw new AssertionError(
            "%s, seed %d (-Dsluice.seed=%d), %d steps: %s\n%s"
                .formatted(name, seed, seed, story.size(), story, why.getMessage()),
            why);
      }
      Sim sim = new Sim(spec, route);
      steps.forEach(sim::step);
      sim.rests();
      succeeded += sim.succeeded;
    }
    System.out.printf(
        "random %s: %,d steps, %d releases succeeded%n", name, runs * (long) STEPS, succeeded);
    assertThat(succeeded).as("releases that got through").isPositive();
  }

  private static List<Step> steps(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<Step> steps = new ArrayList<>();
    int trouble = random.nextInt(1, 12);
    for (int i = 0; i < STEPS; i++) {
      What what =
          random.nextInt(12) >= trouble
              ? List.of(What.OPERATOR, What.PODS, What.DEPLOYMENT, What.OPERATOR)
                  .get(random.nextInt(4))
              : What.values()[random.nextInt(What.values().length)];
      steps.add(new Step(what, random.nextInt(1 << 20)));
    }
    return steps;
  }

  private static Optional<Throwable> tell(Spec spec, boolean route, List<Step> steps) {
    Sim sim = new Sim(spec, route);
    try {
      steps.forEach(sim::step);
      sim.rests();
      return Optional.empty();
    } catch (AssertionError | RuntimeException e) {
      return Optional.of(e);
    }
  }

  /** Writes that were decided when the user wanted that many replicas. */
  private record Late(int replicas, List<Write> writes) {}

  private static final class Sim {
    private Plan plan;
    private final Invariants invariants;
    private World world;
    private Memory memory = Memory.fresh("shop");
    private Instant now = Instant.EPOCH;
    private long commands;
    private long succeeded;

    /** Another operator's writes that are still on their way. */
    private Optional<Late> late = Optional.empty();

    Sim(Spec spec, boolean route) {
      plan = Plan.of(spec);
      invariants = new Invariants(plan);
      world = Objects.fresh(4, route, spec.services(), true);
    }

    void step(Step step) {
      int x = step.x();
      switch (step.what()) {
        case OPERATOR -> operator(says(x).verdict(), Integer.MAX_VALUE);
        case OPERATOR_DIES -> operator(Verdicts.values()[x % 7].verdict(), x % 4);
        case STALE_OPERATOR -> staleOperator();
        case DEPLOYMENT -> world = Objects.deployment(world);
        case PODS -> world = Objects.pods(world);
        case LOSE_POD -> {
          PodSet set = world.sets().get(x % world.sets().size());
          world = Objects.lose(world, set.hash(), x % 3 == 0 ? 0 : Math.max(0, set.ready() - 1));
        }
        // What is beside the Deployment: its own sets come back by themselves.
        case SET_DELETED -> {
          Optional<PodSet> beside =
              world.sets().stream().filter(s -> !s.inDeployment() && !s.userOwned()).findFirst();
          world =
              beside.isPresent() && x % 4 == 0
                  ? Objects.deleted(world, beside.get().hash())
                  : world;
        }
        case SERVICE_DELETED -> world = x % 4 == 0 ? Objects.unserved(world) : world;
        case CLOCK -> now = now.plus(Duration.ofMinutes((long) (x % 5) * (x % 7) - 1));
        case TEMPLATE -> world = Objects.template(world, "t" + (1 + x % 4));
        case REPLICAS -> world = Objects.replicas(world, 1 + x % 6);
        case COMMAND -> command(x);
        case CHECK -> check(x);
        case SERVED ->
            world =
                Objects.served(
                    world, x % 2 == 0 ? Optional.of(new Served(0, 1)) : Optional.empty());
        // Rarely: nothing is released any more after it.
        case POLICY_REMOVED -> plan = x % 16 == 0 ? Plan.of(plan.spec().asLeaving()) : plan;
      }
      invariants.world(world);
    }

    /** Mostly what lets a release go on, if not always as far as it might. */
    private static Verdicts says(int x) {
      Verdicts says = Verdicts.values()[x % 8 < 6 ? 1 : x % 7];
      return says == Verdicts.PROVEN && x % 3 == 0 ? Verdicts.PROVEN_TO_HALF : says;
    }

    private Decision operator(Verdict says, int dies) {
      Decision d = Decider.decide(plan.spec(), memory, world, says, now);
      List<Write> writes = Sequencer.next(d.target(), world);
      invariants.decision(world, memory, says, d, writes);
      ended(d);
      memory = d.memory();
      int done = 0;
      for (Write write : writes) {
        if (done++ >= dies) {
          break;
        }
        Optional<World> after = Objects.apply(world, write);
        assertThat(after).as("a write that its own world refuses: %s", write).isPresent();
        invariants.write(world, memory, write, after.get());
        world = after.get();
      }
      return d;
    }

    private void ended(Decision d) {
      if (memory.running().isPresent() && d.memory().running().isEmpty()) {
        world = Objects.forgetChecks(world);
        succeeded += d.reason().code().equals("succeeded") ? 1 : 0;
      }
    }

    private void late(int replicas, Write write) {
      Objects.apply(world, write)
          .ifPresent(
              after -> {
                invariants.late(world, memory, replicas, write, after);
                world = after;
              });
    }

    /**
     * One that saw the world as it was, and whose writes arrive now: versions refuse what is old.
     * What it decided was recorded before it wrote anything, so who came after it knows.
     */
    private void staleOperator() {
      late.ifPresent(l -> l.writes().forEach(write -> late(l.replicas(), write)));
      Decision d = Decider.decide(plan.spec(), memory, world, Verdicts.PROVEN.verdict(), now);
      ended(d);
      memory = d.memory();
      late = Optional.of(new Late(world.workload().replicas(), Sequencer.next(d.target(), world)));
    }

    private void command(int x) {
      if (memory.run().isEmpty()) {
        return;
      }
      Command.Action action = Command.Action.values()[x % Command.Action.values().length];
      String release = x % 9 == 0 ? "shop-0" : memory.run().get().id();
      Optional<String> stage =
          x % 2 == 0
              ? Optional.empty()
              : Optional.of(plan.stages().get(x % plan.stages().size()).name());
      world =
          Objects.command(
              world,
              new Command(
                  "c" + commands++, release, action, stage, "ann", Set.of(), "why not", now));
    }

    private void check(int x) {
      world.checks().keySet().stream()
          .sorted()
          .skip(x % Math.max(1, world.checks().size()))
          .findFirst()
          .ifPresent(
              name ->
                  world =
                      Objects.check(
                          world,
                          name,
                          x % 8 == 0
                              ? new CheckResult.Failed("it said no.")
                              : new CheckResult.Passed()));
    }

    /**
     * When the trouble is over everything comes to rest: people say yes, checks pass, pods are
     * ready, evidence is good. Then an unchanged world means no write at all (invariant 4), and
     * everything is as the user wrote it (invariant 8).
     */
    void rests() {
      late = Optional.empty();
      world = Objects.served(world, Optional.of(new Served(0, 1)));
      world = Objects.replicas(world, Math.max(1, world.workload().replicas()));
      Duration rested = Duration.ZERO;
      for (int i = 0; i < 400; i++) {
        for (String check : world.checks().keySet()) {
          world = Objects.check(world, check, new CheckResult.Passed());
        }
        operator(Verdicts.provenFor(rested), Integer.MAX_VALUE);
        world = Objects.pods(Objects.deployment(world));
        now = now.plus(STRIDE);
        rested = rested.plus(STRIDE);
        boolean waits = memory.running().filter(r -> r.paused()).isPresent();
        if (waits) {
          command(Command.Action.RESUME.ordinal());
        } else if (i % 10 == 9 && memory.running().isPresent()) {
          approve();
        }
      }
      Decision last = operator(Verdicts.provenFor(rested), 0);
      assertThat(Sequencer.next(last.target(), world)).as("writes of an unchanged world").isEmpty();
      assertThat(memory.running()).as("running after all trouble is over").isEmpty();
      assertThat(Invariants.restored(world)).as("restored: %s", world).isTrue();
    }

    private void approve() {
      world =
          Objects.command(
              world,
              new Command(
                  "c" + commands++,
                  memory.run().orElseThrow().id(),
                  Command.Action.APPROVE,
                  Optional.empty(),
                  "ann",
                  Set.of(),
                  "",
                  now));
    }
  }
}
