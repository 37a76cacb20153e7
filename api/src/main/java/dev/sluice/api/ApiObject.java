package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** An object of {@code sluice.dev/v1alpha1}. */
public sealed interface ApiObject
    permits ReleasePolicy, Release, ReleaseCommand, MetricTemplate, ClusterMetricTemplate {
  /** Group and version of every object here. */
  String VERSION = "sluice.dev/v1alpha1";

  @JsonProperty
  default String apiVersion() {
    return VERSION;
  }

  @JsonProperty
  String kind();

  Metadata metadata();
}
