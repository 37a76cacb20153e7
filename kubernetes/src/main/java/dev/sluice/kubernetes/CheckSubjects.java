package dev.sluice.kubernetes;

import dev.sluice.api.PolicyCheck;
import dev.sluice.engine.model.CheckSpec.Moment;
import dev.sluice.probes.checks.Subject;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Optional;

/** What a policy's checks are about, as the watches have seen it. */
public final class CheckSubjects {
  private final Cluster cluster;
  private final Workload workload;

  public CheckSubjects(Cluster cluster, Workload workload) {
    this.cluster = cluster;
    this.workload = workload;
  }

  /**
   * @param hash of the set that is asked
   */
  public Subject of(String release, PolicyCheck check, String hash) {
    Subject subject = Subject.of(workload.namespace(), workload.policy(), check);
    Optional<Deployment> deployment =
        cluster.deployments().get(workload.namespace(), workload.deployment());
    if (check.at() == Moment.BEFORE_RELEASE) {
      // There is no candidate yet: it will be what the Deployment asks for.
      return subject.of(
          release, Optional.empty(), deployment.flatMap(d -> image(d.getSpec().getTemplate())));
    }
    return subject.of(
        release,
        Optional.of(hash),
        deployment
            .flatMap(d -> Sets.of(cluster, d, hash))
            .flatMap(s -> image(s.getSpec().getTemplate())));
  }

  private static Optional<String> image(PodTemplateSpec template) {
    return template.getSpec().getContainers().stream().map(Container::getImage).findFirst();
  }
}
