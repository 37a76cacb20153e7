package dev.sluice.cli.scene;

import dev.sluice.api.Release;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Rounded;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Stage;
import dev.sluice.operator.ReleaseRecord;
import dev.sluice.operator.Saved;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a policy stands at one moment: all that is shown of it.
 *
 * @param plan of the policy, with the durations that count here
 * @param saved what whoever decides remembers
 * @param troubles what stands in the way, sentences
 */
public record Standing(
    Instant at,
    ReleasePolicy policy,
    Plan plan,
    Saved saved,
    Verdict verdict,
    Around around,
    List<String> troubles) {
  public Standing {
    troubles = List.copyOf(troubles);
  }

  /** The release that runs, or the last one. */
  public Optional<Release> release() {
    return ReleaseRecord.of(policy, plan, saved, verdict);
  }

  /** Failures that the release may cost, at today's traffic; 0 where that is not known. */
  public double budget() {
    return plan.spec().analysis().exposure().failures(around.rate().orElse(0));
  }

  /** Odds from which it is harm. */
  public double limit() {
    return 1 / plan.spec().analysis().falseAlarm();
  }

  /**
   * Whether the release went by that stage of an adaptive ladder without entering it; never where
   * its record does not go back to its first stage.
   */
  boolean skipped(Stage stage) {
    Optional<String> id = saved.memory().run().map(Run::id);
    Set<String> entered =
        saved.decisions().stream()
            .filter(d -> d.release().equals(id))
            .flatMap(d -> d.stage().stream())
            .collect(Collectors.toSet());
    return plan.adaptive()
        && entered.contains(plan.stages().getFirst().name())
        && !entered.contains(stage.name());
  }

  /** What is done with the release then, for a sentence. */
  public String atLimit() {
    if (!verdict.armed()) {
      return "is held and a person is asked";
    }
    return saved.memory().running().filter(run -> run.phase() == Phase.BAKING).isPresent()
        ? "gives the traffic back, and stable shows whether it was the hour"
        : "is aborted";
  }

  /** How much worse the candidate is at most, for people. */
  public String atMost() {
    return verdict.upperBound().isPresent()
        ? "With 95 %% confidence it fails at most %s of its requests beyond what stable would have."
            .formatted(Rounded.percent(verdict.upperBound().getAsDouble()))
        : "Too little was seen to say how much worse it can be at most.";
  }

  /** What people call the version of that set. */
  String version(String hash) {
    return around.versions().getOrDefault(hash, hash);
  }
}
