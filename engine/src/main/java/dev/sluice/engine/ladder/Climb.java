package dev.sluice.engine.ladder;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Decider;
import dev.sluice.engine.decide.Decision;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.decide.StageLabel;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Harm;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One candidate on its ladder, tick by tick. Nothing is decided here: the {@link Decider} is asked
 * what it would do with a release of which the counts and the weight are those of the tick, and all
 * else is well.
 */
public final class Climb {
  /** More than the rules ever need to come to rest. */
  private static final int ROUNDS = 1000;

  private final Ladder ladder;
  private final Spec spec;
  private final Plan plan;
  private final Judge judge;
  private Memory memory;
  private Ledger ledger;

  /** Of the ledger, in the stage of its last tick. */
  private Verdict verdict;

  private long seq;
  private Instant now = Instant.EPOCH;
  private Optional<Answer> end = Optional.empty();

  /**
   * @param calibration of stable, from before
   * @param arming what the judge has shown on placebo
   */
  public Climb(Ladder ladder, Calibration calibration, Arming arming) {
    this.ladder = ladder;
    this.spec = ladder.spec();
    this.plan = Plan.of(spec);
    this.judge =
        new Judge(
            ladder.analysis(),
            calibration,
            ladder.tick(),
            arming,
            ladder.completions()
                ? OptionalDouble.of(Judge.WEIGHT_ACCURACY)
                : OptionalDouble.empty());
    this.memory = OneOfTwo.beginning();
    this.ledger = judge.empty();
    this.verdict = judge.verdict(ledger, StageLabel.nothing());
  }

  /**
   * One more tick.
   *
   * @param length of the time since the last one
   * @param percent that the candidate was really served in it
   * @param pods all of both tracks
   * @param edge what a gateway counted of each track; empty where there is none
   */
  public Answer judge(
      Duration length, double percent, List<PodSample> pods, Map<Track, Sample.Rate> edge) {
    return judge(length, percent, pods, edge, Map.of());
  }

  /**
   * The same.
   *
   * @param doubt as {@link Tick#doubt}
   */
  public Answer judge(
      Duration length,
      double percent,
      List<PodSample> pods,
      Map<Track, Sample.Rate> edge,
      Map<Track, Double> doubt) {
    if (end.isPresent()) {
      return end.get().after();
    }
    if (!run().progress().entered()) {
      // Served as asked from its first moment on, the tick is the stage's own.
      memory = decide(percent, pods).memory();
    }
    String stage = StageLabel.name(run(), plan).orElseThrow();
    Tick tick =
        new Tick(
            seq++,
            length,
            StageLabel.of(run(), plan),
            Ladder.share(percent),
            pods,
            edge,
            Map.of(),
            doubt);
    ledger = ledger.fold(judge, tick);
    verdict = judge.verdict(ledger, StageLabel.question(run(), plan));
    now = now.plus(length);
    double asked = asked();
    Run before = run();
    Decision said = rest(percent, pods);
    Answer.Kind kind = kind(before, asked, said);
    Optional<Harm> harm = verdict.harm().or(verdict::suspicion);
    Answer answer =
        new Answer(
            kind,
            asked(),
            stage,
            verdict.odds(),
            harm.map(Harm::metric).or(verdict::metric),
            verdict.hurt(),
            verdict.upperBound(),
            verdict.armed(),
            reason(kind, percent, said));
    if (over()) {
      end = Optional.of(answer);
    }
    return answer;
  }

  /** Decides until nothing moves; what is said of it is what moved first, else why nothing does. */
  private Decision rest(double percent, List<PodSample> pods) {
    Optional<Decision> moved = Optional.empty();
    for (int round = 0; round < ROUNDS; round++) {
      Run before = run();
      Decision decision = decide(percent, pods);
      boolean rests = decision.memory().equals(memory);
      memory = decision.memory();
      if (moved.isEmpty() && elsewhere(before, run())) {
        moved = Optional.of(decision);
      }
      if (rests || over()) {
        return moved.orElse(decision);
      }
    }
    throw new IllegalStateException("The ladder does not come to rest: " + memory);
  }

  private Decision decide(double percent, List<PodSample> pods) {
    return Decider.decide(
        spec, memory, OneOfTwo.world(run(), plan, percent, asked(), pods), here(), now);
  }

  /** What is left of it where the release is now. */
  private Verdict here() {
    return ledger.in(StageLabel.of(run(), plan), verdict);
  }

  /** Whether nothing more is decided: it is aborted, or the candidate has all for good. */
  public boolean over() {
    return switch (run().phase()) {
      case SHIFTING -> false;
      case BAKING -> ladder.top() == 100;
      case CHECKING, PREPARING, HANDING_OVER, SUCCEEDED, ABORTING, ABORTED, REVERTED, SUPERSEDED ->
          true;
    };
  }

  /** Percent that the candidate should get as it stands. */
  private double asked() {
    if (run().retreat().isPresent()) {
      return 0;
    }
    return switch (run().phase()) {
      case SHIFTING -> ladder.rungs().get(run().stage()).percent();
      case BAKING -> ladder.top();
      case HANDING_OVER, SUCCEEDED -> 100;
      case CHECKING, PREPARING, ABORTING, ABORTED, REVERTED, SUPERSEDED -> 0;
    };
  }

  private Answer.Kind kind(Run before, double asked, Decision said) {
    if (run().phase() == Phase.ABORTING) {
      return Answer.Kind.ABORT;
    }
    if (run().retreat().isPresent()) {
      return Answer.Kind.RETREAT;
    }
    if (asked() > asked || elsewhere(before, run())) {
      return Answer.Kind.PROMOTE;
    }
    return said.condition() == Condition.HELD ? Answer.Kind.HOLD : Answer.Kind.CONTINUE;
  }

  private static boolean elsewhere(Run before, Run after) {
    return before.phase() != after.phase()
        || before.stage() != after.stage()
        || !before.retreat().equals(after.retreat());
  }

  /** The decider's own words, but where they are about what there is not without a cluster. */
  private String reason(Answer.Kind kind, double percent, Decision said) {
    if (kind == Answer.Kind.PROMOTE && asked() == 100) {
      return "The ladder is done: the candidate may have all.";
    }
    return switch (said.reason().code()) {
      case "flip" -> "The last stage is passed: all but the holdback is for the candidate.";
      case "moving", "unconfirmed" ->
          "Served was %s %%, asked is %s %%: no stage's time runs, and none is passed."
              .formatted(plain(percent), plain(asked()));
      default -> said.reason().sentence();
    };
  }

  private static String plain(double percent) {
    String text = String.valueOf(percent);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private Run run() {
    return memory.run().orElseThrow();
  }
}
