package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One version's journey; Sluice writes it, people read it. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec", "status"})
public record Release(Metadata metadata, Spec spec, Status status) implements ApiObject {
  @Override
  public String kind() {
    return "Release";
  }

  /**
   * @param policy name of the ReleasePolicy
   * @param stableHash hash of the version that served when it began
   * @param candidateHash hash of the version that is to serve; its pods are told by it
   */
  public record Spec(String policy, String stableHash, String candidateHash) {}

  /**
   * Where it is, and how it came there.
   *
   * @param phase where it is
   * @param condition whether it moves, is held or has retreated
   * @param stage name of the stage; absent outside of the stages
   * @param weight share of ordinary requests that the candidate was last asked to get
   * @param odds that there is harm, an e-value: 1 says nothing, 100 is a hundred to one
   * @param hurt failed requests so far beyond what stable's rate would have given
   * @param reason of the last decision: a stable code
   * @param message the same for people
   * @param decisions the last hundred, oldest first
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Status(
      Phase phase,
      Condition condition,
      Optional<String> stage,
      Percent weight,
      double odds,
      double hurt,
      String reason,
      String message,
      List<Decision> decisions) {
    public Status {
      decisions = List.copyOf(decisions);
    }
  }

  /**
   * One decision.
   *
   * @param at when
   * @param phase the one that it led to
   * @param stage name of the stage; absent outside of the stages
   * @param condition whether it moves, is held or has retreated
   * @param weight share of ordinary requests that the candidate was asked to get
   * @param odds that there is harm, as they were
   * @param hurt failed requests until then beyond what stable's rate would have given
   * @param reason a stable code
   * @param message the same for people
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Decision(
      Instant at,
      Optional<Phase> phase,
      Optional<String> stage,
      Condition condition,
      Percent weight,
      double odds,
      double hurt,
      String reason,
      String message) {}
}
