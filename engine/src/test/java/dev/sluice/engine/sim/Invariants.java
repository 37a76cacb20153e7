package dev.sluice.engine.sim;

import dev.sluice.engine.capacity.Need;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Decision;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Approval;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Stage;
import dev.sluice.engine.model.Strategy;
import dev.sluice.engine.sequence.Rank;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.EntryPoint;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.RouteState;
import dev.sluice.engine.world.World;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The invariants of the design, asserted from the outside: on worlds, decisions and writes. */
final class Invariants {
  private final Plan plan;

  Invariants(Plan plan) {
    this.plan = plan;
  }

  /** A violated invariant, by its number in the design. */
  private static void that(boolean holds, int invariant, String what, Object... seen) {
    if (!holds) {
      StringBuilder text = new StringBuilder("invariant " + invariant + ": " + what);
      for (Object s : seen) {
        text.append("\n    ").append(s);
      }
      throw new AssertionError(text.toString());
    }
  }

  /** What must be true of every world, whoever wrote last. */
  void world(World w) {
    long active = w.sets().stream().filter(s -> s.inDeployment() && s.size() > 0).count();
    that(!w.workload().held() || active <= 1, 11, "two sets in a held Deployment", w);
    Set<String> templates = new HashSet<>();
    for (PodSet set : w.sets()) {
      that(templates.add(set.template()), 11, "two sets have one template", w);
    }
  }

  /** What must be true of a decision. */
  void decision(World w, Memory before, Verdict verdict, Decision d, List<Write> writes) {
    that(!d.reason().sentence().isBlank() && !d.reason().code().isBlank(), 13, "no reason", d);
    that(d.reason().sentence().length() < 600, 13, "a reason nobody reads", d.reason());
    wayBackFirst(w, d, writes);
    growth(w, before, verdict, d);
    silence(w, before, verdict, d);
    before
        .running()
        .or(() -> d.memory().running())
        .filter(r -> before.running().isEmpty())
        .ifPresent(
            r ->
                that(
                    !d.memory().aborted().contains(r.versions().template()),
                    12,
                    "an aborted version is released again",
                    d));
  }

  private void wayBackFirst(World w, Decision d, List<Write> writes) {
    Optional<Run> run = d.memory().running();
    boolean back =
        run.filter(r -> r.phase() == Phase.ABORTING || r.retreat().isPresent()).isPresent();
    if (!back) {
      return;
    }
    String candidate = run.get().versions().hash();
    boolean reached =
        w.anyPinnedTo(candidate)
            || w.route().filter(RouteState::reachesCandidate).isPresent()
            || (plan.spec().route().isEmpty() && w.anyUnpinned() && w.ready(candidate) > 0);
    int stable = w.ready(run.get().versions().stableHash());
    Share carried =
        Need.carriedBy(stable, w.workload().replicas(), w.traffic(), plan.spec().capacity());
    boolean possible = stable > 0 && carried.isAll();
    if (reached && possible) {
      that(
          !writes.isEmpty() && writes.getFirst().rank() == Rank.WAY_BACK,
          2,
          "the way back is not the first write",
          d,
          writes,
          w);
    }
  }

  /** Invariant 5: more weight only when evidence, time, people and the data plane allow it. */
  private void growth(World w, Memory before, Verdict verdict, Decision d) {
    if (before.running().isEmpty() || d.memory().running().isEmpty()) {
      return;
    }
    Run was = before.running().get();
    Run is = d.memory().running().get();
    boolean forward =
        was.id().equals(is.id())
            && was.phase() == Phase.SHIFTING
            && (is.stage() > was.stage() || is.phase() == Phase.BAKING);
    boolean over =
        was.id().equals(is.id()) && was.phase() == Phase.BAKING && is.phase() == Phase.HANDING_OVER;
    if (!forward && !over) {
      return;
    }
    skipped(verdict, was, is);
    that(verdict.harm().isEmpty(), 5, "goes on in spite of harm", d);
    that(
        verdict.retreat().isEmpty() || was.progress().promoted(),
        5,
        "goes on though stable is to tell whether it is the version",
        d);
    that(was.progress().entered(), 5, "goes on before it was there", d);
    that(!was.paused(), 5, "goes on though paused", d);
    that(was.retreat().isEmpty(), 5, "goes on though retreated", d);
    Share asked = over ? Share.ALL : plan.stages().get(was.stage()).served();
    that(
        w.route().isEmpty() || w.served().filter(s -> s.confirms(asked)).isPresent(),
        5,
        "not seen to be served",
        d);
    if (!was.progress().promoted()) {
      that(verdict.calm(), 5, "goes on while it leans to harm", d);
      that(!verdict.stableSilent(), 6, "goes on without data", d);
      var min = over ? plan.spec().strategy().bake() : plan.stages().get(was.stage()).min();
      that(
          verdict.observed().minus(was.progress().discount()).compareTo(min) >= 0,
          5,
          "goes on before its time",
          d);
    }
  }

  /**
   * Only on an adaptive ladder, only steps that nobody is asked for, and only by proof of the
   * weight that comes then.
   */
  private void skipped(Verdict verdict, Run was, Run is) {
    if (is.stage() <= was.stage() + 1) {
      return;
    }
    that(
        plan.spec().strategy() instanceof Strategy.Canary canary && canary.adaptive(),
        5,
        "a stage was skipped",
        was,
        is);
    that(!was.progress().promoted(), 5, "a stage was skipped by a person", was, is);
    that(
        verdict.proven() && verdict.enough() && verdict.unknown().isEmpty(),
        5,
        "a stage was skipped without proof",
        was,
        verdict);
    that(!plan.stages().get(was.stage()).served().isNone(), 5, "skips before any weight", was, is);
    Share now = plan.stages().get(is.stage()).served();
    that(now.compareTo(verdict.provenUpTo()) <= 0, 5, "more than is proven", is, verdict);
    for (Stage between : plan.stages().subList(was.stage() + 1, is.stage())) {
      boolean asks =
          between.approval() != Approval.NONE
              || !between.match().isEmpty()
              || !between.mirror().isNone()
              || plan.spec().checks().stream()
                  .anyMatch(check -> check.stage().equals(Optional.of(between.name())));
      that(!asks, 5, "a stage was skipped that is more than a step", was, is);
    }
  }

  private void silence(World w, Memory before, Verdict verdict, Decision d) {
    Optional<Run> was = before.running();
    if (was.isEmpty() || d.memory().running().isEmpty()) {
      return;
    }
    boolean traffic = was.get().phase() == Phase.SHIFTING || was.get().phase() == Phase.BAKING;
    boolean same = d.memory().handled().equals(before.handled());
    if (traffic
        && same
        && verdict.candidateSilent()
        && !verdict.stableSilent()
        && w.reaches(was.get().versions().hash())) {
      boolean safe =
          d.condition() == Condition.RETREATED
              || d.memory().running().get().phase() == Phase.ABORTING;
      that(safe, 6, "a silent candidate keeps its traffic", d);
    }
  }

  /**
   * What must be true of one write, decided on this very world, and of the world that it leaves.
   */
  void write(World w, Memory memory, Write write, World after) {
    late(w, memory, w.workload().replicas(), write, after);
    if (write instanceof Write.SetSplit s && s.rank() == Rank.FORWARD) {
      Share share = s.split().candidate();
      int need =
          Math.max(
              1, Need.pods(share, w.workload().replicas(), w.traffic(), plan.spec().capacity()));
      that(w.ready(w.candidateService().orElse("")) >= need, 1, "weight before pods", write, w);
    }
  }

  /**
   * What must be true even of a write that was decided on an older world.
   *
   * @param replicas what the user wanted of the workload then
   */
  void late(World w, Memory memory, int replicas, Write write, World after) {
    world(after);
    for (EntryPoint e : w.entryPoints()) {
      boolean was = answered(w, e.name());
      that(!was || answered(after, e.name()), 2, "a write routes to nothing", write, w);
    }
    if (write instanceof Write.CreateSet) {
      that(w.entryPoints().stream().noneMatch(e -> e.pin().isEmpty()), 10, "no pins yet", write, w);
    }
    if (write instanceof Write.Unpin unpin && unpin.sharedWith().isEmpty()) {
      that(w.sets().stream().filter(PodSet::active).count() <= 1, 10, "unpinned too early", w);
    }
    memory.running().ifPresent(run -> stableIsKept(run, w, after, write));
    memory.warm().ifPresent(warm -> warmIsKept(memory, warm, replicas, w, after, write));
  }

  private static void stableIsKept(Run run, World w, World after, Write write) {
    boolean early = run.phase() != Phase.HANDING_OVER;
    String stable = run.versions().stableHash();
    if (early && w.set(stable).isPresent()) {
      int size = w.set(stable).get().size();
      int now = after.set(stable).map(PodSet::size).orElse(0);
      that(now >= size, 3, "stable loses pods before the hand-over", write, w);
      that(after.set(stable).get().inDeployment(), 3, "stable leaves the Deployment", write, w);
    }
  }

  private static void warmIsKept(
      Memory memory, Memory.Warm warm, int replicas, World w, World after, Write write) {
    int size = w.set(warm.hash()).map(PodSet::size).orElse(0);
    int now = after.set(warm.hash()).map(PodSet::size).orElse(0);
    boolean owed =
        memory.running().isEmpty() && size <= Math.min(replicas, w.workload().replicas());
    that(!owed || now >= size, 3, "the warm set loses pods before its time", write, w);
  }

  /** Whether some ready pod answers what comes through that entry point. */
  static boolean answered(World w, String entryPoint) {
    EntryPoint entry =
        w.entryPoints().stream().filter(e -> e.name().equals(entryPoint)).findFirst().orElseThrow();
    return entry.pin().isPresent()
        ? w.ready(entry.pin().get()) > 0
        : w.sets().stream().anyMatch(s -> s.ready() > 0);
  }

  /** Invariant 8: nothing of ours is left. */
  static boolean restored(World w) {
    return w.route().map(r -> r.split().isEmpty()).orElse(true)
        && w.candidateService().isEmpty()
        && w.preview().isEmpty()
        && w.entryPoints().stream().allMatch(e -> e.pin().isEmpty())
        && w.sets().stream().noneMatch(s -> !s.inDeployment() && s.active())
        && w.sets().stream().filter(PodSet::active).count() <= 1
        && w.sets().stream()
            .allMatch(s -> s.inDeployment() || (s.userOwned() && w.workload().held()));
  }
}
