package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Optional;

/** A metric that several policies of one namespace judge by. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record MetricTemplate(Metadata metadata, Spec spec) implements ApiObject {
  @Override
  public String kind() {
    return "MetricTemplate";
  }

  /**
   * @param description for the people who read a verdict
   * @param bad which series of a pod's metrics page count its bad events
   * @param good instead of bad: which series count its good events; all others are bad
   * @param total which count all of them, the bad ones too
   * @param prometheus instead of bad, good and total: the queries that count them
   * @param tolerance used where the policy says none
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Spec(
      Optional<String> description,
      Optional<Selector> bad,
      Optional<Selector> good,
      Optional<Selector> total,
      Optional<PolicySpec.Prometheus> prometheus,
      Optional<PolicySpec.Tolerance> tolerance) {}
}
