package dev.sluice.kubernetes;

import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.world.PodSet;
import dev.sluice.kubernetes.route.Router;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why no release may start: what two versions beside each other could not bear, or what is missing.
 */
final class Refusals {
  private final Cluster cluster;
  private final Workload workload;
  private final Router router;
  private final SharedObjects shared;

  Refusals(Cluster cluster, Workload workload, Router router) {
    this.cluster = cluster;
    this.workload = workload;
    this.router = router;
    this.shared = new SharedObjects(cluster.client(), workload.namespace());
  }

  /** Before a release begins all that speaks against it, later only what is gone. */
  List<String> of(Deployment deployment, List<PodSet> sets, Memory memory) {
    boolean checking = memory.running().filter(r -> r.phase() == Phase.CHECKING).isPresent();
    return checking ? before(deployment, sets) : memory.running().isPresent() ? gone() : List.of();
  }

  private List<String> gone() {
    List<String> why = new ArrayList<>(router.missing());
    for (String name : workload.services()) {
      if (cluster.services().get(workload.namespace(), name).isEmpty()) {
        why.add(missing(name));
      }
    }
    return why;
  }

  private String missing(String service) {
    return "There is no Service %s in %s; the policy names it."
        .formatted(service, workload.namespace());
  }

  private List<String> before(Deployment deployment, List<PodSet> sets) {
    List<String> why = new ArrayList<>(TwoVersions.refusals(deployment));
    versions(sets, why);
    services(deployment, why);
    why.addAll(router.refusals());
    Sets.serving(cluster, deployment)
        .ifPresent(
            set -> why.addAll(shared.refusals(set, deployment.getSpec().getTemplate().getSpec())));
    return why;
  }

  private static void versions(List<PodSet> sets, List<String> why) {
    List<PodSet> active = sets.stream().filter(s -> s.inDeployment() && s.active()).toList();
    if (active.size() > 1) {
      why.add(
          "The Deployment has pods of %d versions: a native rollout is still under way. Wait for it, or undo it."
              .formatted(active.size()));
    }
  }

  private void services(Deployment deployment, List<String> why) {
    Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
    for (String name : workload.services()) {
      Optional<Service> service = cluster.services().get(workload.namespace(), name);
      Map<String, String> selector =
          service.flatMap(s -> Optional.ofNullable(s.getSpec().getSelector())).orElse(Map.of());
      if (service.isPresent() && selector.isEmpty()) {
        why.add(
            "The Service %s selects no pods by labels, so it cannot be pinned to a version."
                .formatted(name));
      }
      if (service.isEmpty()) {
        why.add(missing(name));
      }
    }
    for (Service service : cluster.services().in(workload.namespace())) {
      String name = service.getMetadata().getName();
      Map<String, String> selector = service.getSpec().getSelector();
      boolean ours =
          workload.services().contains(name)
              || name.equals(workload.candidate())
              || workload.preview().filter(name::equals).isPresent();
      if (!ours
          && selector != null
          && !selector.isEmpty()
          && !selector.containsKey(Marks.HASH)
          && Selectors.selects(selector, labels)) {
        why.add(
            "The Service %s selects the pods too and is not among the policy's services: through it users would reach both versions at once. Add it to spec.services."
                .formatted(name));
      }
    }
  }
}
