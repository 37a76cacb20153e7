package dev.sluice.operator.run;

import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Workload;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.Optional;

/** How a run begins, by the Deployment as it is found. */
sealed interface Start {
  /**
   * Not at all.
   *
   * @param sentence why, and what to do
   */
  record Refused(String sentence) implements Start {}

  /** An earlier process has begun it. */
  record Begun() implements Start {}

  /**
   * @param before the template that comes back if the new one is not to be
   * @param wanted the template that is released
   */
  record Now(PodTemplateSpec before, PodTemplateSpec wanted) implements Start {}

  /**
   * @param images by container; empty: the Deployment is paused with its new template already
   */
  static Start of(Optional<Deployment> found, Workload workload, Map<String, String> images) {
    if (found.isEmpty()) {
      return new Refused(
          "There is no Deployment %s in %s."
              .formatted(workload.deployment(), workload.namespace()));
    }
    Map<String, String> labels =
        Optional.ofNullable(found.get().getMetadata().getLabels()).orElse(Map.of());
    if (labels.containsKey(Marks.POLICY)) {
      return new Refused(
          "The Deployment %s is released by an operator, under the policy %s: change its template instead, or remove the policy."
              .formatted(workload.deployment(), labels.get(Marks.POLICY)));
    }
    PodTemplateSpec now = found.get().getSpec().getTemplate();
    Optional<String> missing =
        images.keySet().stream()
            .filter(
                c -> now.getSpec().getContainers().stream().noneMatch(x -> x.getName().equals(c)))
            .findFirst();
    if (missing.isPresent()) {
      return new Refused(
          "The Deployment %s has no container %s.".formatted(workload.deployment(), missing.get()));
    }
    PodTemplateSpec wanted = Images.set(now, images);
    if (!labels.containsKey(workload.label())) {
      return new Now(now, wanted);
    }
    return wanted.equals(now)
        ? new Begun()
        : new Refused(
            "A release of %s that was interrupted is not over. Run it to its end first: the same command as then."
                .formatted(workload.deployment()));
  }
}
