package dev.sluice.engine.decide;

import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Spec;
import dev.sluice.engine.world.World;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides what should be true next. Pure: same arguments, same answer; the clock is an argument.
 */
public final class Decider {
  /** Read from top to bottom: the first rule that has something to say decides. */
  private static final List<Rule> CHAIN =
      List.of(
          new HarmAborts(),
          new PeopleCommand(),
          new NothingRuns(),
          new WayBackEnds(),
          new HandOverEnds(),
          new PolicyRemovedEnds(),
          new ScaledToZeroEnds(),
          new FailedCheckAborts(),
          new RolledByItself(),
          new RevertEnds(),
          new NewTemplateSupersedes(),
          new Retreats(),
          new BlockedHolds(),
          new StartGate(),
          new PodsBeforeTraffic(),
          new StageEnters(),
          new PauseHolds(),
          new EvidenceGate(),
          new BakeEnds(),
          new NextStage());

  private Decider() {}

  /**
   * @param memory as it was last recorded; the answer's is to be recorded before anything is done
   * @param verdict of the evidence for the release's present stage
   * @throws IllegalStateException if no rule speaks, which is a bug
   */
  public static Decision decide(
      Spec spec, Memory memory, World world, Verdict verdict, Instant now) {
    Case looked =
        new Case(Plan.of(spec), memory.notAfter(now, spec.keepWarm()), world, verdict, now);
    Case c = looked.with(EnoughPods.seen(looked));
    for (Rule rule : CHAIN) {
      Optional<Step> said = rule.apply(c);
      if (said.isPresent()) {
        Step step = said.get();
        Case next = c.with(step.memory());
        return new Decision(
            Targets.of(next, step.checks()),
            step.memory(),
            step.condition(),
            step.reason(),
            step.wakeAt());
      }
    }
    throw new IllegalStateException("no rule speaks for " + memory);
  }
}
