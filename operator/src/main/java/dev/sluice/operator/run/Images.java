package dev.sluice.operator.run;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod template with other images. */
final class Images {
  private Images() {}

  /**
   * @param images by the container's name
   */
  static PodTemplateSpec set(PodTemplateSpec template, Map<String, String> images) {
    List<Container> containers =
        template.getSpec().getContainers().stream()
            .map(
                c ->
                    Optional.ofNullable(images.get(c.getName()))
                        .map(image -> c.edit().withImage(image).build())
                        .orElse(c))
            .toList();
    return template.edit().editSpec().withContainers(containers).endSpec().build();
  }
}
