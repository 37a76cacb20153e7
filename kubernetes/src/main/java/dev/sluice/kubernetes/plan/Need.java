package dev.sluice.kubernetes.plan;

import dev.sluice.engine.forecast.Forecast;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.Optional;

/**
 * What a release needs of its surroundings.
 *
 * @param most pods of both versions at one moment
 */
public record Need(Workload workload, Deployment deployment, int most) {
  public static Need of(Workload workload, Deployment deployment, Forecast.Told told) {
    return new Need(workload, deployment, told.most());
  }

  /** Pods that the Deployment has today. */
  public int replicas() {
    return Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1);
  }

  /** Pods beyond those. */
  public int more() {
    return Math.max(0, most - replicas());
  }

  PodTemplateSpec template() {
    return deployment.getSpec().getTemplate();
  }

  /** Of the pods. */
  Map<String, String> labels() {
    return Optional.ofNullable(template().getMetadata().getLabels()).orElse(Map.of());
  }

  PodSpec pod() {
    return template().getSpec();
  }

  /** What one pod asks for, as its template says it. */
  public PodRequests perPod() {
    return PodRequests.of(pod());
  }
}
