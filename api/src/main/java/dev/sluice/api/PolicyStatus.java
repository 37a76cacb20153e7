package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.engine.decide.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What goes on with a workload: Sluice writes it into the policy, people and tools read it. Its
 * conditions follow kstatus, so that {@code kubectl wait}, Argo CD and Flux need no plug-in.
 *
 * @param observedGeneration of the spec that this follows from
 * @param conditions Reconciling, Stalled, Ready and Guarded, at most one of each
 * @param phase of the release under way, or of the last one
 * @param stage name of the stage; absent outside of the stages
 * @param weight share of ordinary requests that the candidate was last asked to get
 * @param verdict what the evidence says, in a word
 * @param release name of the Release under way, or of the last one
 * @param reason of the last decision: a stable code
 * @param message the same for people
 * @param judge whether it may abort on evidence alone
 * @param state what the operator must remember; nobody else should read it
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PolicyStatus(
    OptionalLong observedGeneration,
    List<Condition> conditions,
    Optional<Phase> phase,
    Optional<String> stage,
    Optional<Percent> weight,
    Optional<String> verdict,
    Optional<String> release,
    Optional<String> reason,
    Optional<String> message,
    Optional<JudgeStatus> judge,
    Map<String, Object> state) {
  public PolicyStatus {
    conditions = List.copyOf(conditions);
    state = Map.copyOf(state);
  }

  /**
   * As every object of Kubernetes has them.
   *
   * @param type Reconciling, Stalled or Ready
   * @param status True, False or Unknown
   * @param observedGeneration of the spec that this follows from
   * @param lastTransitionTime when the status changed
   * @param reason a stable code, one word
   * @param message the same for people
   */
  public record Condition(
      String type,
      Truth status,
      long observedGeneration,
      Instant lastTransitionTime,
      String reason,
      String message) {}

  /**
   * What the judge has shown: releases that never were, in which pods of stable play the candidate,
   * so that every alarm is false.
   *
   * @param armed whether so few were raised that it may abort on evidence alone, where the policy
   *     asks for that to be measured
   * @param placeboReleases that were played
   * @param alarms among them
   * @param since when the first was played; absent: none was
   * @param message the same for people, and what is missing
   */
  public record JudgeStatus(
      boolean armed, int placeboReleases, int alarms, Optional<Instant> since, String message) {}

  /** What is not known is Unknown, never a yes, never a no. */
  public enum Truth {
    TRUE,
    FALSE,
    UNKNOWN
  }
}
