package dev.sluice.local.scenario;

import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.world.Command.Action;
import java.time.Duration;
import java.util.Optional;

/**
 * One thing that is done.
 *
 * @param when what must be so first; empty: at once, but a deploy waits until no release runs
 * @param after how long to wait then
 */
public record Step(Act act, Optional<Moment> when, Duration after) {
  /** What is done. */
  public sealed interface Act {
    /** The user writes that version's pod template. */
    record Deploy(String version) implements Act {}

    /** A person's command for the release that runs, or for the last one. */
    record Give(Action action, Optional<String> stage, String reason) implements Act {}

    /** The user, or an autoscaler, changes the number of pods. */
    record Scale(int pods) implements Act {}

    /**
     * From now on that many users come.
     *
     * @param rate requests/s
     */
    record Rate(double rate) implements Act {}

    /**
     * From now on something that all versions need is broken.
     *
     * @param errors share of requests that fail, 0..1
     * @param slow factor on the time that requests take
     */
    record Outage(double errors, double slow) implements Act {}
  }

  /** How the last release stands. */
  public sealed interface Moment {
    /** It has reached that stage, and the route says so. */
    record Stage(String name) implements Moment {}

    record In(Phase phase) implements Moment {}

    record Stands(Condition condition) implements Moment {}
  }
}
