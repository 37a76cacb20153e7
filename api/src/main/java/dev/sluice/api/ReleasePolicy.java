package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** How one workload is released. */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record ReleasePolicy(Metadata metadata, PolicySpec spec) implements ApiObject {
  @Override
  public String kind() {
    return "ReleasePolicy";
  }
}
