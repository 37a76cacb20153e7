package dev.sluice.engine.decide;

import dev.sluice.engine.capacity.Need;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.model.Strategy;
import dev.sluice.engine.sequence.Target;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.RouteState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The whole desired state that follows from what is remembered: one answer for each phase. */
final class Targets {
  private Targets() {}

  static Target of(Case c, Set<String> checks) {
    Optional<Run> running = c.running();
    if (running.isEmpty()) {
      return idle(c, false, checks);
    }
    return switch (running.get().phase()) {
      case CHECKING -> idle(c, true, checks);
      case PREPARING -> beside(c, known(c), firstSize(c), checks);
      case SHIFTING -> beside(c, stageSplit(c), stageSize(c), checks);
      case BAKING -> flipped(c, checks);
      case HANDING_OVER -> handOver(c);
      case ABORTING -> back(c);
      case SUCCEEDED, ABORTED, REVERTED, SUPERSEDED ->
          throw new IllegalStateException("ended, yet running: " + running.get());
    };
  }

  /** What the route says in the present stage; nothing where nothing reaches the candidate. */
  static Optional<Split> stageSplit(Case c) {
    Split split = c.plan().split(c.run().stage(), c.run().id());
    return c.world().route().isPresent() && split.reachesCandidate()
        ? Optional.of(split)
        : Optional.empty();
  }

  /**
   * Before the first stage the route names the candidate's Service and sends nobody there: a
   * gateway that hears of it only with the first weight may send before it knows the pods, and
   * answers 503 (seen with Contour and Envoy).
   */
  private static Optional<Split> known(Case c) {
    return stageSplit(c)
        .filter(_ -> c.world().candidateService().isPresent())
        .map(Split::allStable);
  }

  /** Pods that all of the traffic needs. */
  static int forAll(Case c) {
    return Math.max(c.replicas(), c.need(Share.ALL));
  }

  private static int firstSize(Case c) {
    return c.need(c.plan().toCarry(0));
  }

  private static int stageSize(Case c) {
    return c.need(c.plan().toCarry(c.run().stage()));
  }

  /** One version; another one is kept warm for as long as is remembered. */
  private static Target idle(Case c, boolean held, Set<String> checks) {
    Optional<PodSet> serving = c.serving();
    if (serving.isEmpty()) {
      return asItIs(c);
    }
    String hash = serving.get().hash();
    String template = c.world().workload().template();
    boolean another = !template.equals(serving.get().template());
    Map<String, Integer> sizes = new HashMap<>();
    c.memory().warm().ifPresent(warm -> sizes.put(warm.hash(), c.replicas()));
    boolean warm = c.memory().warm().isPresent();
    boolean failed =
        c.memory().run().filter(r -> r.phase() == Phase.ABORTED && !r.undo()).isPresent()
            && c.run().versions().template().equals(template)
            && c.run().versions().stableTemplate().equals(serving.get().template());
    // Left as it is, a version that was aborted would roll by itself once nothing holds it.
    boolean revert =
        failed && (c.spec().afterAbort() == Spec.AfterAbort.REVERT || c.spec().leaving());
    return new Target(
        held || another,
        revert ? Optional.of(serving.get().template()) : Optional.empty(),
        warm ? Optional.of(live(c, hash, c.memory().warm().get().hash())) : Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        hash,
        sizes,
        1,
        Optional.empty(),
        checks);
  }

  /** Which version serves cannot be told: nothing is written. */
  private static Target asItIs(Case c) {
    Map<String, Integer> sizes = new HashMap<>();
    for (PodSet set : c.world().sets()) {
      if (!set.inDeployment()) {
        sizes.put(set.hash(), set.size());
      }
    }
    return new Target(
        c.world().workload().held(),
        Optional.empty(),
        c.world().entryPoints().stream().findFirst().flatMap(e -> e.pin()),
        false,
        c.world().route().flatMap(RouteState::split),
        Optional.empty(),
        "",
        sizes,
        0,
        c.world().preview(),
        Set.of());
  }

  /** Beside stable: pinned, and as much traffic as the stage asks for, or none after a retreat. */
  private static Target beside(Case c, Optional<Split> split, int size, Set<String> checks) {
    Run run = c.run();
    boolean retreated = run.retreat().isPresent();
    boolean shared = run.phase() == Phase.SHIFTING && c.plan().byReplicas() && !retreated;
    String stable = run.versions().stableHash();
    String pin = live(c, stable, run.versions().hash());
    return new Target(
        true,
        Optional.empty(),
        shared ? Optional.empty() : Optional.of(pin),
        retreated,
        retreated ? wayBack(c) : split,
        Optional.of(candidate(run)),
        stable,
        Map.of(run.versions().hash(), size),
        size,
        preview(c),
        checks);
  }

  /**
   * Everything on the candidate; stable stays whole in the Deployment. The split stays too, with
   * nothing for the candidate's own Service, to the end of the hand-over: a gateway that learns in
   * one moment that nobody names that Service any more may forget it before it follows the route,
   * and answers 503 in between (seen with Contour and Envoy).
   */
  private static Target flipped(Case c, Set<String> checks) {
    if (c.run().retreat().isPresent()) {
      return beside(c, Optional.empty(), forAll(c), checks);
    }
    Run run = c.run();
    String hash = run.versions().hash();
    return new Target(
        true,
        Optional.empty(),
        Optional.of(live(c, hash, run.versions().stableHash())),
        false,
        c.world().allPinnedTo(hash) ? nothingBeside(c) : stageSplit(c),
        Optional.of(candidate(run)),
        run.versions().stableHash(),
        Map.of(hash, forAll(c)),
        forAll(c),
        preview(c),
        checks);
  }

  private static Optional<Split> nothingBeside(Case c) {
    return c.world().route().flatMap(RouteState::split).map(Split::allStable);
  }

  /**
   * The candidate's set becomes the Deployment's; an undo first makes it whole and flips to it. The
   * route is given back after that, in the same place however long the Deployment's controller
   * takes to adopt the set: what was planned is what is done.
   */
  private static Target handOver(Case c) {
    Run run = c.run();
    String hash = run.versions().hash();
    String other = run.versions().stableHash();
    boolean whole = c.candidateReady() >= c.replicas();
    boolean flips = !run.undo() || whole || c.world().allPinnedTo(hash);
    boolean given =
        c.world().set(hash).filter(PodSet::inDeployment).isPresent()
            && c.world().activeInDeployment().stream().allMatch(s -> s.hash().equals(hash));
    boolean flipped = given || c.world().allPinnedTo(hash);
    boolean another = !c.world().workload().template().equals(run.versions().template());
    return new Target(
        !given || another,
        run.undo() && flipped ? Optional.of(run.versions().template()) : Optional.empty(),
        Optional.of(flips ? live(c, hash, other) : live(c, other, hash)),
        run.undo() && whole,
        c.world().allPinnedTo(hash) ? nothingBeside(c) : Optional.empty(),
        Optional.of(candidate(run)),
        flipped ? hash : other,
        Map.of(hash, c.replicas(), other, c.replicas()),
        run.undo() ? c.replicas() : 0,
        Optional.empty(),
        Set.of());
  }

  /** Traffic back first; the pods go when nobody reaches them, then everything is as it was. */
  private static Target back(Case c) {
    Run run = c.run();
    Run.Versions versions = run.versions();
    boolean drained = run.turnBack().orElseThrow().drained();
    boolean reverted = c.world().workload().template().equals(versions.stableTemplate());
    int size = c.world().set(versions.hash()).map(PodSet::size).orElse(0);
    boolean made = c.world().set(versions.hash()).filter(s -> !s.inDeployment()).isPresent();
    boolean others =
        c.world().anyPinnedTo(versions.hash())
            || c.world().sets().stream()
                .anyMatch(s -> s.active() && !s.hash().equals(versions.stableHash()));
    return new Target(
        !reverted,
        Optional.empty(),
        drained && !others
            ? Optional.empty()
            : Optional.of(live(c, versions.stableHash(), versions.hash())),
        true,
        drained ? Optional.empty() : wayBack(c),
        drained || !made ? Optional.empty() : Optional.of(candidate(run)),
        versions.stableHash(),
        drained || !made ? Map.of() : Map.of(versions.hash(), size),
        0,
        Optional.empty(),
        Set.of());
  }

  /**
   * Invariant 2: as much goes back at once as stable's ready pods can carry, the rest as they
   * become ready. Nothing where no split is written and none is needed.
   */
  private static Optional<Split> wayBack(Case c) {
    if (c.world().route().isEmpty()) {
      return Optional.empty();
    }
    Run run = c.run();
    RouteState route = c.world().route().get();
    boolean flipped = c.world().allPinnedTo(run.versions().hash());
    Share now = flipped ? Share.ALL : route.candidateShare();
    Share carried =
        Need.carriedBy(
            c.world().ready(run.versions().stableHash()),
            c.replicas(),
            c.world().traffic(),
            c.spec().capacity());
    Share rest = Share.ALL.minus(carried);
    Share stays = rest.compareTo(now) < 0 ? rest : now;
    if (stays.isNone() || c.candidateReady() == 0 || (c.unserved() && !flipped)) {
      return route.split().map(Split::allStable);
    }
    Split split = c.plan().split(run.stage(), run.id()).allStable();
    return Optional.of(
        new Split(split.release(), stays, split.match(), split.affinity(), split.mirror()));
  }

  /**
   * Invariant 10: a pin never stays on a hash without a ready pod while another has one.
   *
   * @return the wanted hash, or the other while only that one answers
   */
  private static String live(Case c, String wanted, String other) {
    boolean answers =
        c.world().set(other).filter(set -> set.size() > 0 && set.ready() > 0).isPresent();
    boolean dead = c.world().ready(wanted) == 0 && answers;
    boolean pinned = c.world().anyPinnedTo(wanted) || c.world().anyPinnedTo(other);
    return dead && pinned ? other : wanted;
  }

  private static Target.Candidate candidate(Run run) {
    return new Target.Candidate(run.versions().hash(), run.versions().template());
  }

  private static Optional<String> preview(Case c) {
    boolean shown =
        c.spec().strategy() instanceof Strategy.BlueGreen blueGreen
            && blueGreen.previewService().isPresent();
    return shown ? Optional.of(c.run().versions().hash()) : Optional.empty();
  }
}
