package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** A metric that policies of all namespaces judge by. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record ClusterMetricTemplate(Metadata metadata, MetricTemplate.Spec spec)
    implements ApiObject {
  @Override
  public String kind() {
    return "ClusterMetricTemplate";
  }
}
