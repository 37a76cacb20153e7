package dev.sluice.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.decide.Decider;
import dev.sluice.engine.decide.Decision;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.sequence.Sequencer;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Every interleaving of a small release with everything that may come between: lost pods, lost
 * data, harm, an abort, an undo, new and reverted templates, an autoscaler, controllers that lag,
 * time, and the death of whoever decides between any two writes. The invariants hold in every
 * state, and every state has a way to rest.
 */
@Tag("slow")
class SmallWorldWalkTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final Duration STEP = Duration.ofHours(2);

  /**
   * @param losses pods that may still be lost
   * @param templates foreign changes of the template that may still come
   * @param sizes writes by an autoscaler that may still come
   * @param commands acts by people that may still come
   */
  private record Budget(int losses, int templates, int sizes, int commands) {}

  private record State(World world, Memory memory, Budget budget, int hash) {
    State(World world, Memory memory, Budget budget) {
      this(world, memory, budget, java.util.Objects.hash(world, memory, budget));
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof State s
          && s.hash == hash
          && s.world.equals(world)
          && s.memory.equals(memory)
          && s.budget.equals(budget);
    }
  }

  @Test
  void a_canary_whose_template_changes_while_an_autoscaler_writes() {
    walk("canary, templates, sizes", Specs.canary(50, 100), true, new Budget(0, 1, 1, 0));
  }

  @Test
  void a_canary_that_loses_pods_while_its_template_changes_and_that_is_given_a_command() {
    walk(
        "canary, losses, templates, commands", Specs.canary(50, 100), true, new Budget(1, 1, 0, 1));
  }

  @Test
  void a_blue_green_release_that_loses_pods_and_is_given_a_command() {
    walk("blue-green, losses, commands", Specs.blueGreen(), false, new Budget(1, 0, 0, 1));
  }

  @Test
  void a_canary_by_replicas_whose_template_changes_and_that_is_given_a_command() {
    walk(
        "by replicas, templates, commands",
        Specs.byReplicas(50, 100),
        false,
        new Budget(0, 1, 0, 1));
  }

  @Test
  void an_adaptive_canary_that_is_given_a_command() {
    walk("adaptive, commands", Specs.adaptive(20, 50, 70, 100), true, new Budget(0, 0, 0, 1));
  }

  /** Many times the states of the others together: it takes a quarter of an hour and 12 GB. */
  @Test
  @EnabledIfSystemProperty(named = "sluice.walk", matches = "everything")
  void a_canary_to_which_everything_happens() {
    walk(
        "canary, losses, templates, sizes, commands",
        Specs.canary(50, 100),
        true,
        new Budget(1, 1, 1, 1),
        40_000_000);
  }

  /** Up to what 3 GB of heap hold: a world that is larger is found out before memory is. */
  private static void walk(String name, Spec spec, boolean route, Budget budget) {
    walk(name, spec, route, budget, 6_000_000);
  }

  private static void walk(String name, Spec spec, boolean route, Budget budget, int most) {
    Walk walk = new Walk(spec, most);
    World start = Objects.withoutVersions(Objects.fresh(2, route, List.of("shop"), true));
    start = Objects.withoutVersions(Objects.template(start, "t2"));
    walk.from(new State(start, Memory.fresh("shop"), budget));
    System.out.printf(
        "walk %s: %,d states, %,d steps, %,d at rest%n",
        name, walk.states.size(), walk.steps, walk.rests.size());
    assertThat(walk.rests).isNotEmpty();
    walk.everyStateHasAWayToRest();
  }

  private record Next(State state, String step) {}

  /** What follows from one state. */
  private static final class Stepped {
    private final State state;
    private final List<Next> next = new ArrayList<>();
    private boolean rests;
    private int steps;

    Stepped(State state) {
      this.state = state;
    }

    void go(State to, String step) {
      steps++;
      State clean =
          new State(Objects.withoutVersions(to.world()), Clock.plain(to.memory()), to.budget());
      if (!clean.equals(state)) {
        next.add(new Next(clean, step));
      }
    }
  }

  private static final class Walk {
    private static final int BATCH = 4096;
    private final Plan plan;
    private final Invariants invariants;
    private final Map<State, Integer> index = new HashMap<>();
    private final List<State> states = new ArrayList<>();
    private final List<Numbers> comesFrom = new ArrayList<>();
    private final Map<Object, Object> parts = new HashMap<>();
    private final int most;
    private final List<Integer> parent = new ArrayList<>();
    private final List<String> how = new ArrayList<>();
    private final List<Integer> rests = new ArrayList<>();
    private long steps;

    Walk(Spec spec, int most) {
      this.most = most;
      plan = Plan.of(spec);
      invariants = new Invariants(plan);
    }

    /** What follows from a state depends on nothing else: on all cores, taken over in order. */
    void from(State first) {
      seen(new Next(first, "start"), -1);
      for (int begin = 0; begin < states.size(); ) {
        int end = Math.min(states.size(), begin + BATCH);
        List<Stepped> batch =
            IntStream.range(begin, end).parallel().mapToObj(this::stepped).toList();
        for (int i = begin; i < end; i++) {
          take(i, batch.get(i - begin));
        }
        begin = end;
      }
    }

    private Stepped stepped(int i) {
      Stepped stepped = new Stepped(states.get(i));
      try {
        invariants.world(stepped.state.world());
        step(stepped);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            e.getMessage() + "\n  after:" + story(i) + "\n  seen " + states.size(), e);
      }
      return stepped;
    }

    private void take(int i, Stepped stepped) {
      steps += stepped.steps;
      stepped.next.forEach(next -> seen(next, i));
      if (stepped.rests) {
        rests.add(i);
      }
    }

    private void step(Stepped from) {
      environment(from);
      Set<Followed> followed = new HashSet<>();
      for (Verdicts verdict : Verdicts.values()) {
        operator(from, verdict, followed);
      }
    }

    /** What came of a decision in a state: the same again leads to the same states. */
    private record Followed(Memory memory, List<Write> writes) {}

    /** One pass: decided, recorded, then dead after any number of its writes. */
    private void operator(Stepped from, Verdicts says, Set<Followed> followed) {
      State s = from.state;
      Decision d = Decider.decide(plan.spec(), s.memory(), s.world(), says.verdict(), NOW);
      List<Write> writes = Sequencer.next(d.target(), s.world());
      invariants.decision(s.world(), s.memory(), says.verdict(), d, writes);
      if (!followed.add(new Followed(Clock.plain(d.memory()), writes))) {
        return;
      }
      World w = s.world();
      from.go(new State(w, d.memory(), s.budget()), "decides " + d.reason().code());
      for (Write write : writes) {
        Optional<World> after = Objects.apply(w, write);
        assertThat(after).as("a write that its own world refuses: %s", write).isPresent();
        invariants.write(w, d.memory(), write, after.get());
        World once = Objects.withoutVersions(after.get());
        Objects.apply(once, write)
            .ifPresent(
                twice ->
                    assertThat(Objects.withoutVersions(twice))
                        .as("done twice it is done once: %s", write)
                        .isEqualTo(once));
        w = once;
        from.go(new State(w, d.memory(), s.budget()), "writes " + write.getClass().getSimpleName());
      }
      if (writes.isEmpty() && d.memory().equals(s.memory()) && atRest(s)) {
        from.rests = true;
      }
    }

    private static boolean atRest(State s) {
      return s.memory().running().isEmpty() && Invariants.restored(s.world());
    }

    private static void environment(Stepped from) {
      State s = from.state;
      World w = s.world();
      Budget b = s.budget();
      from.go(new State(Objects.deployment(w), s.memory(), b), "Deployment controller");
      from.go(new State(Objects.pods(w), s.memory(), b), "pods follow");
      from.go(new State(w, Clock.later(s.memory(), STEP), b), "time passes");
      if (b.losses() > 0) {
        Budget less = new Budget(b.losses() - 1, b.templates(), b.sizes(), b.commands());
        for (var set : w.sets()) {
          if (set.ready() > 0) {
            World lost = Objects.lose(w, set.hash(), set.ready() - 1);
            from.go(new State(lost, s.memory(), less), "a pod of " + set.hash() + " is lost");
            from.go(
                new State(Objects.lose(w, set.hash(), 0), s.memory(), less), set.hash() + " dies");
          }
        }
      }
      if (b.templates() > 0) {
        Budget less = new Budget(b.losses(), b.templates() - 1, b.sizes(), b.commands());
        for (String template : List.of("t1", "t2", "t3")) {
          from.go(
              new State(Objects.template(w, template), s.memory(), less), "template " + template);
        }
      }
      if (b.sizes() > 0) {
        Budget less = new Budget(b.losses(), b.templates(), b.sizes() - 1, b.commands());
        from.go(new State(Objects.replicas(w, 3), s.memory(), less), "scaled to 3");
        from.go(new State(Objects.replicas(w, 1), s.memory(), less), "scaled to 1");
      }
      if (b.commands() > 0 && s.memory().run().isPresent()) {
        Budget less = new Budget(b.losses(), b.templates(), b.sizes(), b.commands() - 1);
        boolean ended = s.memory().running().isEmpty();
        for (var action :
            ended
                ? List.of(Command.Action.RETRY, Command.Action.UNDO)
                : List.of(Command.Action.ABORT, Command.Action.PROMOTE)) {
          Command command =
              new Command(
                  action.name(),
                  s.memory().run().get().id(),
                  action,
                  Optional.empty(),
                  "ann",
                  Set.of(),
                  "",
                  NOW);
          from.go(new State(Objects.command(w, command), s.memory(), less), "ann: " + action);
        }
      }
    }

    private void seen(Next next, int from) {
      Integer known = index.get(next.state());
      if (known == null) {
        known = states.size();
        if (known > most) {
          throw new AssertionError("more states than a small world has");
        }
        State s = next.state();
        State kept = new State(one(s.world()), one(s.memory()), one(s.budget()));
        index.put(kept, known);
        states.add(kept);
        comesFrom.add(new Numbers());
        parent.add(from);
        how.add(one(next.step()));
      }
      if (from >= 0) {
        comesFrom.get(known).add(from);
      }
    }

    /** Millions of states have few different parts. */
    @SuppressWarnings("unchecked")
    private <T> T one(T part) {
      return (T) parts.computeIfAbsent(part, p -> p);
    }

    void everyStateHasAWayToRest() {
      boolean[] can = new boolean[states.size()];
      ArrayDeque<Integer> queue = new ArrayDeque<>(rests);
      rests.forEach(r -> can[r] = true);
      while (!queue.isEmpty()) {
        for (int from : comesFrom.get(queue.poll()).all()) {
          if (!can[from]) {
            can[from] = true;
            queue.add(from);
          }
        }
      }
      for (int i = 0; i < can.length; i++) {
        if (!can[i]) {
          throw new AssertionError("no way to rest from " + states.get(i) + story(i));
        }
      }
    }

    private String story(int i) {
      ArrayDeque<String> lines = new ArrayDeque<>();
      for (int at = i; at >= 0; at = parent.get(at)) {
        lines.addFirst("\n  " + how.get(at));
      }
      return String.join("", lines) + "\n  " + states.get(i);
    }
  }

  /** A list that does not box. */
  private static final class Numbers {
    private int[] numbers = new int[4];
    private int size;

    void add(int number) {
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * size);
      }
      numbers[size++] = number;
    }

    int[] all() {
      return Arrays.copyOf(numbers, size);
    }
  }

  /** Makes instants relative, so that states which differ in nothing but age are one state. */
  private static final class Clock {
    static Memory later(Memory m, Duration by) {
      return map(m, by);
    }

    static Memory plain(Memory m) {
      return map(m, Duration.ZERO);
    }

    private static Instant old(Instant t, Duration by) {
      Instant moved = t.minus(by);
      return moved.isBefore(NOW.minus(STEP)) ? NOW.minus(STEP) : moved;
    }

    private static Memory map(Memory m, Duration by) {
      return new Memory(
          m.policy(),
          m.number(),
          m.run().map(r -> map(r, by)),
          m.warm().map(w -> new Memory.Warm(w.hash(), old(w.until(), by))),
          m.aborted(),
          m.handled());
    }

    private static Run map(Run r, Duration by) {
      boolean ended = r.phase().ended() && r.phase() != Phase.SUCCEEDED;
      return new Run(
          r.id(),
          r.versions(),
          r.undo(),
          r.phase(),
          ended ? NOW : old(r.since(), by),
          r.progress(),
          r.approved(),
          r.retreat().map(x -> new Reason(x.code(), "seen")),
          r.retreats(),
          r.enough()
              .map(
                  e ->
                      new Run.Enough(
                          e.share(), e.pods(), e.outgrown().map(since -> old(since, by)))),
          r.turnBack()
              .map(
                  t ->
                      new Run.TurnBack(
                          t.end(),
                          new Reason(t.cause().code(), "seen"),
                          t.since().map(x -> old(x, by)),
                          t.drained())));
    }
  }
}
