package dev.sluice.operator;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.decide.StageLabel;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.evidence.Prospect;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the evidence of a recorded state says; for the loop, and for those who only look. */
public final class SavedVerdict {
  private SavedVerdict() {}

  /**
   * @param tick as {@link Settings#tick}
   * @param weightAccuracy as {@link dev.sluice.engine.port.EvidenceSource#weightAccuracy}
   */
  public static Verdict of(Plan plan, Saved saved, Duration tick, OptionalDouble weightAccuracy) {
    Judge judge = judge(plan, saved.calibration(), saved.shown(), tick, weightAccuracy);
    Optional<Run> running = saved.memory().running();
    if (running.isEmpty()) {
      return judge.verdict(judge.empty(), StageLabel.nothing());
    }
    Verdict verdict = judge.verdict(saved.ledger(), StageLabel.question(running.get(), plan));
    return saved.ledger().in(StageLabel.of(running.get(), plan), verdict);
  }

  /**
   * How much more observed time the stage's proof takes, if all goes on as it did in the stage.
   *
   * @param next the weight to be proven; empty: in the last stage
   * @return empty: nothing was seen of the stage yet, or it would never be proven
   */
  public static Optional<Duration> untilProven(
      Plan plan, Saved saved, Optional<Share> next, Duration tick) {
    Judge judge = judge(plan, saved.calibration(), saved.shown(), tick, OptionalDouble.empty());
    boolean here =
        saved
            .memory()
            .running()
            .filter(run -> saved.ledger().stage().equals(StageLabel.of(run, plan)))
            .isPresent();
    return here ? Prospect.untilProven(judge, saved.ledger(), next) : Optional.empty();
  }

  /**
   * What is remembered of a policy that nobody has looked at yet.
   *
   * @param policy its name
   * @param tick as {@link Settings#tick}
   */
  public static Saved nothingYet(String policy, Plan plan, Duration tick) {
    Shown nothing = Shown.nothing(plan.spec().analysis());
    Judge judge = judge(plan, Calibration.none(), nothing, tick, OptionalDouble.empty());
    return Saved.fresh(Memory.fresh(policy), judge.empty(), nothing);
  }

  static Judge judge(
      Plan plan,
      Calibration calibration,
      Shown shown,
      Duration tick,
      OptionalDouble weightAccuracy) {
    return new Judge(plan.spec().analysis(), calibration, tick, shown.arming(), weightAccuracy);
  }
}
