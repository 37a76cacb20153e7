package dev.sluice.engine.forecast;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Decider;
import dev.sluice.engine.decide.Decision;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.decide.StageLabel;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.sequence.Sequencer;
import dev.sluice.engine.sequence.Write;
import dev.sluice.engine.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One release in a {@link SmallCluster}, by the rules of the operator's own loop: look, decide,
 * write, and again until nothing moves; then time passes.
 */
final class Course {
  /** How often an operator looks. */
  static final Duration TICK = Duration.ofSeconds(2);

  private static final int ROUNDS = 100;
  private static final Set<String> FOR_GOOD = Set.of("suspicion", "inconclusive", "no-data");

  private final Situation situation;
  private final Plan plan;
  private final Outlook outlook;
  private final Judge judge;
  private final SmallCluster cluster;
  private final Notes notes;
  private Memory memory;
  private Ledger ledger;
  private long seq;
  private Instant now = Instant.EPOCH;
  private String label = "";
  private Instant labelSince = Instant.EPOCH;
  private Optional<Instant> made = Optional.empty();
  private int approvals;
  private Optional<Reason> said = Optional.empty();
  private boolean stands;
  private Optional<Instant> wakeAt = Optional.empty();

  Course(Situation situation, Outlook outlook) {
    this.situation = situation;
    this.plan = Plan.of(situation.spec());
    this.outlook = outlook;
    this.judge = judge(situation);
    this.cluster = new SmallCluster(situation);
    this.notes = new Notes();
    this.memory = Memory.fresh(situation.policy());
    this.ledger = judge.empty();
    rounds();
  }

  /** The same as it stands, and the candidate is otherwise from now on. */
  Course(Course other, Outlook outlook) {
    this.situation = other.situation;
    this.plan = other.plan;
    this.outlook = outlook;
    this.judge = other.judge;
    this.cluster = new SmallCluster(other.cluster);
    this.notes = new Notes();
    this.memory = other.memory;
    this.ledger = other.ledger;
    this.seq = other.seq;
    this.now = other.now;
    this.label = other.label;
    this.labelSince = other.labelSince;
    this.made = other.made;
    this.approvals = other.approvals;
    this.wakeAt = other.wakeAt;
  }

  static Judge judge(Situation situation) {
    Calibration calibration =
        situation
            .load()
            .map(
                l -> new Expected(l, situation.spec().analysis()).calibration(situation.replicas()))
            .orElseGet(Calibration::none);
    boolean comparable =
        situation.spec().route().isPresent()
            && situation.load().filter(Load::gateway).isEmpty()
            && situation.replicas() <= Expected.SAMPLE;
    return new Judge(
        situation.spec().analysis(),
        calibration,
        TICK,
        Arming.none(),
        comparable ? OptionalDouble.of(Judge.WEIGHT_ACCURACY) : OptionalDouble.empty());
  }

  Plan plan() {
    return plan;
  }

  /** Since the template changed. */
  Duration at() {
    return Duration.between(Instant.EPOCH, now);
  }

  Notes notes() {
    return notes;
  }

  Run run() {
    return memory.run().orElseThrow();
  }

  /** Whether the data plane was told of the stage, or the flip, that it is in. */
  boolean inside() {
    return (run().phase() == Phase.SHIFTING || run().phase() == Phase.BAKING)
        && run().progress().entered();
  }

  double hurt() {
    return ledger.hurt();
  }

  /** Why it goes on no more by itself; empty: it does. */
  Optional<Reason> stands() {
    return stands ? said : Optional.empty();
  }

  /** What was decided last. */
  String reason() {
    return said.map(Reason::sentence).orElse("");
  }

  /** Nothing is left to be done. */
  boolean over() {
    return stands
        || (memory.running().isEmpty()
            && memory.warm().isEmpty()
            && cluster.world(now).nothingOfARelease());
  }

  /** Time passes until the next look, and what follows from it is done. */
  void step() {
    Instant next = next();
    count(Duration.between(now, next));
    now = next;
    cluster.pass(now);
    rounds();
  }

  private Instant next() {
    boolean runs = memory.running().isPresent();
    Instant look = runs ? now.plus(TICK) : now.plus(Duration.ofDays(365));
    return Stream.of(wakeAt, cluster.nextReady(now), Optional.of(look))
        .flatMap(Optional::stream)
        .filter(now::isBefore)
        .min(Instant::compareTo)
        .orElse(look);
  }

  private void count(Duration length) {
    Optional<Run> running = memory.running();
    if (situation.load().isEmpty()
        || running.isEmpty()
        || !(outlook instanceof Outlook.Counted(double errors))) {
      return;
    }
    World world = cluster.world(now);
    Duration age = made.map(at -> Duration.between(at, now)).orElse(Duration.ZERO);
    Share weight = StageLabel.served(running.get(), world);
    Tick tick =
        new Expected(situation.load().get(), situation.spec().analysis())
            .tick(
                seq++,
                length,
                StageLabel.of(running.get(), plan),
                weight,
                world,
                running.get().versions().hash(),
                errors,
                age);
    ledger = ledger.fold(judge, tick);
  }

  private void rounds() {
    for (int round = 0; round < ROUNDS; round++) {
      if (!moves()) {
        return;
      }
    }
    throw new IllegalStateException("The forecast does not come to rest: " + memory);
  }

  private boolean moves() {
    World world = cluster.world(now);
    Decision decision = Decider.decide(situation.spec(), memory, world, verdict(), now);
    boolean moved = !decision.memory().equals(memory);
    memory = decision.memory();
    wakeAt = decision.wakeAt();
    said = Optional.of(decision.reason());
    notes.at(at(), memory, plan);
    List<Write> writes = Sequencer.next(decision.target(), world);
    for (Write write : writes) {
      notes.wrote(write);
      cluster.apply(write, now);
      if (write instanceof Write.CreateSet) {
        made = Optional.of(now);
      }
    }
    notes.pods(cluster.pods(true, now), cluster.pods(false, now), served());
    return holds(decision) || moved || !writes.isEmpty();
  }

  private Share served() {
    return memory
        .run()
        .map(
            r ->
                r.phase() == Phase.SUCCEEDED ? Share.ALL : StageLabel.served(r, cluster.world(now)))
        .orElse(Share.NONE);
  }

  /** A person is there who says yes; other holds are for good, or until the evidence changes. */
  private boolean holds(Decision decision) {
    boolean held = decision.condition() == Condition.HELD;
    boolean counted = outlook instanceof Outlook.Counted;
    stands = held && (!counted || FOR_GOOD.contains(decision.reason().code()));
    if (held && decision.reason().code().equals("approval")) {
      notes.asks(decision.reason().sentence());
      stands = false;
      cluster.approve(run().id(), approvals++, plan.spec().approvals().groups(), now);
      return true;
    }
    return false;
  }

  private Verdict verdict() {
    String name = memory.running().map(r -> StageLabel.of(r, plan)).orElse("");
    if (!name.equals(label)) {
      label = name;
      labelSince = now;
    }
    return switch (outlook) {
      case Outlook.Proven _ -> said(true);
      case Outlook.Silent _ -> said(false);
      case Outlook.Counted _ -> counted(name);
    };
  }

  private Verdict counted(String name) {
    Verdict verdict =
        judge.verdict(
            ledger,
            memory.running().map(r -> StageLabel.question(r, plan)).orElse(StageLabel.nothing()));
    return ledger.in(name, verdict);
  }

  private Verdict said(boolean proven) {
    Verdict.Figures some = new Verdict.Figures(1, OptionalDouble.empty(), OptionalDouble.empty());
    return new Verdict(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty(),
        true,
        false,
        proven,
        proven ? Share.ALL : Share.NONE,
        proven,
        true,
        List.of(),
        Duration.between(labelSince, now),
        OptionalDouble.empty(),
        0,
        judge.armed(),
        false,
        false,
        some,
        some);
  }
}
