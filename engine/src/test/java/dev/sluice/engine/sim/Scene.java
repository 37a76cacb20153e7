package dev.sluice.engine.sim;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Decider;
import dev.sluice.engine.decide.Decision;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.sequence.Sequencer;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.Command;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A shop with one Deployment of four pods, told step by step; invariants are asserted all the way.
 */
public final class Scene {
  World world;
  Memory memory = Memory.fresh("shop");
  Instant now = Instant.EPOCH;

  /** Everything written since the last call of {@link #forget}. */
  final List<Write> written = new ArrayList<>();

  private Spec spec;
  private final Invariants invariants;
  private Decision last;
  private int commands;

  private Scene(Spec spec) {
    this.spec = spec;
    this.invariants = new Invariants(Plan.of(spec));
    this.world = Objects.fresh(4, spec.route().isPresent(), spec.services(), true);
    this.last = decide(Verdicts.EARLY.verdict());
  }

  /** Stages of 1, 20, 50 and 100 %. */
  static Scene canary() {
    return of(Specs.canary(1, 20, 50, 100));
  }

  public static Scene of(Spec spec) {
    return new Scene(spec);
  }

  Decision decide(Verdict verdict) {
    return Decider.decide(spec, memory, world, verdict, now);
  }

  /** All checks that were started say yes; then a pass. */
  void passChecks() {
    for (String check : world.checks().keySet()) {
      world = Objects.check(world, check, new CheckResult.Passed());
    }
    pass(Verdicts.PROVEN);
  }

  void passChecksUntil(Predicate<Scene> so) {
    for (int i = 0; i < 60; i++) {
      if (so.test(this)) {
        return;
      }
      passChecks();
    }
    throw new AssertionError("it never came to that: " + last.reason());
  }

  /** One pass of the control loop, and what the platform then does. */
  public Scene pass(Verdict verdict) {
    passWithoutPods(verdict);
    world = Objects.pods(Objects.deployment(world));
    return this;
  }

  Scene passWithoutPods(Verdict verdict) {
    last = decide(verdict);
    List<Write> writes = Sequencer.next(last.target(), world);
    invariants.decision(world, memory, verdict, last, writes);
    memory = last.memory();
    for (Write write : writes) {
      World after = Objects.apply(world, write).orElseThrow();
      invariants.write(world, memory, write, after);
      written.add(write);
      world = after;
    }
    return this;
  }

  public Scene pass(Verdicts says) {
    return pass(says.verdict());
  }

  /** Passes with that verdict until it is so. */
  Scene until(Verdicts says, Predicate<Scene> so) {
    for (int i = 0; i < 100; i++) {
      if (so.test(this)) {
        return this;
      }
      pass(says);
    }
    throw new AssertionError("it never came to that: " + last.reason() + "\n" + memory);
  }

  /** As many passes as it takes until nothing changes any more. */
  Scene settles(Verdicts says) {
    for (int i = 0; i < 100; i++) {
      World was = world;
      Memory then = memory;
      pass(says);
      if (was.equals(world) && then.equals(memory)) {
        return this;
      }
    }
    throw new AssertionError("it never settles: " + last.reason());
  }

  public Scene template(String template) {
    world = Objects.template(world, template);
    return this;
  }

  Scene template(String template, Set<String> authors) {
    world = Objects.template(world, template, authors);
    return this;
  }

  Scene removed() {
    spec = spec.asLeaving();
    return this;
  }

  public Scene passes(Duration time) {
    now = now.plus(time);
    return this;
  }

  Scene says(Command.Action action) {
    return says(action, Optional.empty());
  }

  Scene says(Command.Action action, Optional<String> stage) {
    return says(memory.run().orElseThrow().id(), action, stage);
  }

  /** A command of somebody in particular. */
  Scene says(String by, Set<String> groups, Command.Action action) {
    String release = memory.run().orElseThrow().id();
    String id = "c" + commands++;
    world =
        Objects.command(
            world, new Command(id, release, action, Optional.empty(), by, groups, "", now));
    return this;
  }

  Scene says(String release, Command.Action action, Optional<String> stage) {
    world =
        Objects.command(
            world, new Command("c" + commands++, release, action, stage, "ann", Set.of(), "", now));
    return this;
  }

  /** A new template at work in that stage. */
  Scene releasing(String stage) {
    template("t2");
    return until(
        Verdicts.PROVEN,
        s ->
            s.phase() == Phase.SHIFTING
                && s.stage().equals(stage)
                && s.memory.run().orElseThrow().progress().entered());
  }

  Scene baking() {
    template("t2");
    return until(
        Verdicts.PROVEN,
        s -> s.phase() == Phase.BAKING && s.memory.run().orElseThrow().progress().entered());
  }

  Scene succeeded() {
    template("t2");
    return until(Verdicts.PROVEN, s -> s.phase() == Phase.SUCCEEDED);
  }

  public Scene forget() {
    written.clear();
    return this;
  }

  public Phase phase() {
    return memory.run().map(r -> r.phase()).orElse(Phase.CHECKING);
  }

  String stage() {
    return Plan.of(spec).stages().get(memory.run().orElseThrow().stage()).name();
  }

  /** What the candidate is asked to get, in percent. */
  double weight() {
    return world.route().orElseThrow().candidateShare().fraction() * 100;
  }

  String code() {
    return last.reason().code();
  }

  String sentence() {
    return last.reason().sentence();
  }

  Condition condition() {
    return last.condition();
  }

  Write firstWritten() {
    return written.getFirst();
  }

  Optional<String> pin() {
    return world.entryPoints().getFirst().pin();
  }
}
