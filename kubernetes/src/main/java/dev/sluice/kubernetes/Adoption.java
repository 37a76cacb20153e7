package dev.sluice.kubernetes;

import dev.sluice.api.PolicySpec.RouteRef;
import dev.sluice.engine.port.Actuator.Outcome;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Adopting is one label on the Deployment, its Services, its disruption budgets and its routes;
 * leaving takes it away. The label is what the admission policies look for. No pod is touched, and
 * no Ingress: beside it stands one of our own.
 */
public final class Adoption {
  private final Cluster cluster;
  private final Workload workload;
  private final Writes writes;

  public Adoption(Cluster cluster, Workload workload, Writes writes) {
    this.cluster = cluster;
    this.workload = workload;
    this.writes = writes;
  }

  /**
   * Sees to it that everything that is there carries the label; an unchanged world costs nothing.
   *
   * @throws IOException if an object is another policy's, or cannot be written
   */
  public void adopt() throws IOException {
    Optional<Deployment> deployment =
        cluster.deployments().get(workload.namespace(), workload.deployment());
    if (deployment.isEmpty()) {
      return;
    }
    for (String service : workload.services()) {
      adopt(cluster.services(), service);
    }
    if (workload.preview().isPresent()) {
      adopt(cluster.services(), workload.preview().get());
    }
    adopt(cluster.httpRoutes(), workload.httpRoutes());
    adopt(cluster.grpcRoutes(), workload.grpcRoutes());
    Map<String, String> pods = deployment.get().getSpec().getTemplate().getMetadata().getLabels();
    for (PodDisruptionBudget budget : cluster.budgets().in(workload.namespace())) {
      boolean ours = budget.getMetadata().getName().equals(workload.candidate());
      if (!ours
          && budget.getSpec().getSelector() != null
          && Selectors.selects(unpinned(budget), pods)) {
        adopt(cluster.budgets(), budget.getMetadata().getName());
      }
    }
    // Last: from now on a change of the template is held, and all that it needs is in place.
    adopt(cluster.deployments(), workload.deployment());
  }

  private static LabelSelector unpinned(PodDisruptionBudget budget) {
    return budget.getSpec().getSelector().edit().removeFromMatchLabels(Marks.HASH).build();
  }

  private <T extends HasMetadata> void adopt(Optional<Watched<T>> all, List<RouteRef> routes)
      throws IOException {
    if (all.isPresent()) {
      for (RouteRef route : routes) {
        if (workload.isHere(route)) {
          adopt(all.get(), route.name());
        }
      }
    }
  }

  private <T extends HasMetadata> void adopt(Watched<T> all, String name) throws IOException {
    Optional<T> object = all.get(workload.namespace(), name);
    if (object.isEmpty()) {
      return;
    }
    Optional<String> owner = Marks.label(object.get(), Marks.POLICY);
    if (owner.filter(workload.policy()::equals).isPresent()) {
      return;
    }
    if (owner.isPresent()) {
      throw new IOException(
          "%s %s in %s belongs to the policy %s already; two policies cannot release one workload"
              .formatted(object.get().getKind(), name, workload.namespace(), owner.get()));
    }
    written(all, object.get(), Collections.singletonMap(Marks.POLICY, workload.policy()));
  }

  private <T extends HasMetadata> void written(
      Watched<T> all, T object, Map<String, @Nullable String> labels) throws IOException {
    Outcome outcome = writes.label(all, object, object.getMetadata().getResourceVersion(), labels);
    String why =
        switch (outcome) {
          case Outcome.Applied _ -> "";
          case Outcome.Conflict c -> c.why();
          case Outcome.Refused r -> r.why();
          case Outcome.Unknown u -> u.why();
        };
    if (!why.isEmpty()) {
      throw new IOException(
          "%s %s in %s could not be labelled: %s"
              .formatted(
                  object.getKind(), object.getMetadata().getName(), workload.namespace(), why));
    }
  }

  /**
   * Takes the label away from everything that carries it; a Deployment that is still held is an
   * ordinary one again in that same write.
   *
   * @throws IOException if one could not be written; the rest is tried again with it
   */
  public void leave() throws IOException {
    leave(cluster.services());
    leave(cluster.budgets());
    if (cluster.httpRoutes().isPresent()) {
      leave(cluster.httpRoutes().get());
    }
    if (cluster.grpcRoutes().isPresent()) {
      leave(cluster.grpcRoutes().get());
    }
    leave(cluster.deployments());
  }

  private <T extends HasMetadata> void leave(Watched<T> all) throws IOException {
    for (T object : all.in(workload.namespace())) {
      if (Marks.label(object, Marks.POLICY).filter(workload.policy()::equals).isPresent()) {
        Map<String, @Nullable String> none = new HashMap<>();
        none.put(Marks.POLICY, null);
        none.put(Marks.HELD, null);
        written(all, object, none);
      }
    }
  }
}
