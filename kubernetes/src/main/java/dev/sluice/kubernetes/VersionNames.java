package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Optional;

/**
 * What people call a version: name and tag of its first container's image, without where it comes
 * from.
 */
public record VersionNames(Cluster cluster, String namespace, String deployment) {
  /** Of the set with that hash; empty: there is none. */
  public Optional<String> ofSet(String hash) {
    return cluster
        .sets()
        .get(namespace, deployment + "-" + hash)
        .flatMap(set -> image(set.getSpec().getTemplate()));
  }

  /** Of what the Deployment asks for. */
  public Optional<String> asked() {
    return cluster
        .deployments()
        .get(namespace, deployment)
        .flatMap(d -> image(d.getSpec().getTemplate()));
  }

  private static Optional<String> image(PodTemplateSpec template) {
    return template.getSpec().getContainers().stream()
        .findFirst()
        .flatMap(c -> Optional.ofNullable(c.getImage()))
        .map(image -> image.substring(image.lastIndexOf('/') + 1));
  }
}
