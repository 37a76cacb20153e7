package dev.sluice.engine.decide;

import dev.sluice.engine.capacity.Need;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.world.CheckResult;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.RouteState;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Everything a rule may look at, and the words in which it answers. */
record Case(Plan plan, Memory memory, World world, Verdict verdict, Instant now) {

  /** The same, with something else remembered. */
  Case with(Memory next) {
    return new Case(plan, next, world, verdict, now);
  }

  Spec spec() {
    return plan.spec();
  }

  Optional<Run> running() {
    return memory.running();
  }

  /** The release that runs; only for rules that come after the one that answers where none does. */
  Run run() {
    return memory.run().orElseThrow();
  }

  boolean in(Phase phase) {
    return run().phase() == phase;
  }

  Stage stage() {
    return plan.stages().get(run().stage());
  }

  int replicas() {
    return world.workload().replicas();
  }

  int need(Share share) {
    return Need.pods(share, replicas(), world.traffic(), spec().capacity());
  }

  int candidateReady() {
    return world.ready(run().versions().hash());
  }

  /** Whether users' requests reach the candidate as the world stands. */
  boolean candidateIsReached() {
    return world.reaches(run().versions().hash());
  }

  /** Whether what the route sends to the candidate's own Service arrives nowhere. */
  boolean unserved() {
    return world.splitReachesCandidate()
        && world.candidateService().filter(run().versions().hash()::equals).isEmpty();
  }

  /** The share of all requests that the candidate is asked to serve as the world stands. */
  Share served() {
    return world.anyPinnedTo(run().versions().hash())
        ? Share.ALL
        : world.route().map(RouteState::candidateShare).orElse(Share.NONE);
  }

  /** Pods that the candidate needs for that; at least one where only some people meet it. */
  int neededAsServed() {
    return neededAsServed(replicas());
  }

  /**
   * @param all pods that all of the traffic needs
   */
  int neededAsServed(int all) {
    // Shared by pods: fewer of them get less, and none is no candidate at all.
    boolean reached = world.splitReachesCandidate() || (plan.byReplicas() && world.anyUnpinned());
    int needed = Need.pods(served(), all, world.traffic(), spec().capacity());
    return Math.max(reached ? 1 : 0, needed);
  }

  /** The set that serves while no release runs: the Deployment's, alone. */
  Optional<PodSet> serving() {
    List<PodSet> active = world.activeInDeployment();
    if (active.size() == 1) {
      return Optional.of(active.getFirst());
    }
    return active.isEmpty()
        ? world.setOf(world.workload().template()).filter(PodSet::inDeployment)
        : Optional.empty();
  }

  /** Observed time in the stage or the bake, without what passed while paused. */
  Duration observed() {
    if (!run().progress().entered()) {
      return Duration.ZERO;
    }
    Duration counted = run().progress().pausedAt().orElse(verdict.observed());
    return counted.minus(run().progress().discount());
  }

  Stream<CheckSpec> checks(CheckSpec.Moment at) {
    return spec().checks().stream().filter(c -> c.at() == at);
  }

  /** The first of these checks that said no, as a sentence. */
  Optional<String> failed(Stream<CheckSpec> checks) {
    return checks
        .flatMap(
            c ->
                world.checks().get(c.name()) instanceof CheckResult.Failed no
                    ? Stream.of("check " + c.name() + ": " + no.why())
                    : Stream.empty())
        .findFirst();
  }

  /** Those of these checks that have not said yes. */
  List<CheckSpec> open(Stream<CheckSpec> checks) {
    return checks
        .filter(check -> !(world.checks().get(check.name()) instanceof CheckResult.Passed))
        .toList();
  }

  Optional<Step> moves(Memory next, Reason why) {
    return Optional.of(new Step(next, Condition.MOVING, why, Optional.of(now)));
  }

  Optional<Step> moves(Run next, Reason why) {
    return moves(memory.with(next), why);
  }

  Optional<Step> waits(Reason why, Optional<Instant> until) {
    return Optional.of(new Step(memory, Condition.MOVING, why, until));
  }

  Optional<Step> waits(Reason why) {
    return waits(why, Optional.empty());
  }

  Optional<Step> holds(Reason why) {
    return Optional.of(new Step(memory, Condition.HELD, why, Optional.empty()));
  }

  /** The way back: traffic first, everything else after. */
  Optional<Step> turnsBack(Phase end, Reason why) {
    Memory next = memory.with(run().turnBack(end, why, now));
    return moves(end == Phase.ABORTED ? next.withAborted(run().versions().template()) : next, why);
  }

  Optional<Step> retreats(Run retreated) {
    Reason why = retreated.retreat().orElseThrow();
    Memory next = memory.with(retreated);
    return Optional.of(new Step(next, Condition.RETREATED, why, Optional.empty()));
  }
}
