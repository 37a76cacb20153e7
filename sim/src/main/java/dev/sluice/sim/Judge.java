package dev.sluice.sim;

import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Change;
import dev.sluice.sim.api.Key;
import dev.sluice.sim.traffic.Users;
import dev.sluice.watch.Shop;
import dev.sluice.watch.Version;
import dev.sluice.watch.Violation;
import dev.sluice.watch.Watcher;
import dev.sluice.watch.Writer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must be so at the end, and, by the independent watcher, at every moment: nothing lost,
 * everything at rest, and as the user wrote it.
 */
final class Judge {
  private static final Set<String> ENDED = Set.of("Succeeded", "Aborted", "Superseded", "Reverted");

  private final Simulation simulation;
  private final Watcher watcher;
  private final List<String> wrong = new ArrayList<>();
  private final List<Change> afterRest = new ArrayList<>();
  private boolean quiet;

  Judge(Simulation simulation, Manifests.Way way) {
    this.simulation = simulation;
    this.watcher =
        new Watcher(
            new Shop(
                Manifests.NAMESPACE,
                Manifests.NAME,
                Manifests.NAME,
                List.of(Manifests.NAME),
                way.hasRoute()
                    ? Optional.of(new Shop.Route("HTTPRoute", Manifests.NAME))
                    : Optional.empty(),
                Optional.empty()));
  }

  void wrote(Change change) {
    watcher.saw(
        new Version(
            change.at(),
            change.revision(),
            change.object().getKind(),
            change.kind() == Change.Kind.DELETED,
            change.json()),
        writer(change.by()));
    if (quiet) {
      afterRest.add(change);
    }
  }

  /** No release moves; one that waits for a person counts as at rest. */
  boolean atRest() {
    Optional<HasMetadata> policy = simulation.server().get(Manifests.POLICY);
    return policy.isEmpty() || is(policy.get(), "Ready") || is(policy.get(), "Stalled");
  }

  private static boolean is(HasMetadata policy, String type) {
    List<Map<String, Object>> conditions =
        Optional.ofNullable(
                ((GenericKubernetesResource) policy)
                    .<List<Map<String, Object>>>get("status", "conditions"))
            .orElse(List.of());
    return conditions.stream()
        .anyMatch(c -> type.equals(c.get("type")) && "True".equals(c.get("status")));
  }

  void neverRests() {
    wrong.add("The release does not come to rest: " + message());
  }

  private String message() {
    return simulation
        .server()
        .get(Manifests.POLICY)
        .map(p -> String.valueOf(((GenericKubernetesResource) p).<Object>get("status", "message")))
        .orElse("there is no policy");
  }

  /** From now on nobody may write anything. */
  void quiet() {
    quiet = true;
    afterRest.clear();
  }

  void rested() {
    quiet = false;
    if (afterRest.size() > 0) {
      Change first = afterRest.getFirst();
      wrong.add(
          "At rest, and %d writes in two minutes; the first by %s to %s."
              .formatted(afterRest.size(), first.by().name(), first.key()));
    }
    recorded();
    boolean waits =
        simulation.server().get(Manifests.POLICY).filter(p -> is(p, "Stalled")).isPresent();
    if (!waits) {
      restored();
    }
  }

  /** Each release's own object says how it stands, and of those before the last how they ended. */
  private void recorded() {
    Optional<GenericKubernetesResource> policy =
        simulation.server().get(Manifests.POLICY).map(GenericKubernetesResource.class::cast);
    for (HasMetadata object : simulation.server().list("Release")) {
      String name = object.getMetadata().getName();
      String says = status((GenericKubernetesResource) object, "phase");
      boolean last = policy.filter(p -> status(p, "release").equals(name)).isPresent();
      if (last ? !status(policy.get(), "phase").equals(says) : !ENDED.contains(says)) {
        wrong.add("The object of %s says '%s', which it is not.".formatted(name, says));
      }
      if (ENDED.contains(says)
          && object.getMetadata().getLabels().containsKey("sluice.dev/running")) {
        wrong.add("The object of %s is labelled as one that runs.".formatted(name));
      }
    }
  }

  private static String status(GenericKubernetesResource of, String field) {
    return Optional.ofNullable(of.<String>get("status", field)).orElse("");
  }

  /** Nothing of a release is left in what the user wrote. */
  private void restored() {
    boolean held =
        deployment()
            .filter(d -> d.getMetadata().getLabels().containsKey("sluice.dev/held"))
            .isPresent();
    simulation
        .server()
        .get(Manifests.SERVICE)
        .map(Service.class::cast)
        .filter(s -> s.getSpec().getSelector().containsKey("pod-template-hash"))
        .filter(_ -> !held)
        .ifPresent(s -> wrong.add("The Service is still pinned: " + s.getSpec().getSelector()));
    simulation
        .server()
        .get(Manifests.BUDGET)
        .map(PodDisruptionBudget.class::cast)
        .filter(b -> b.getSpec().getSelector().getMatchLabels().containsKey("pod-template-hash"))
        .filter(_ -> !held)
        .ifPresent(_ -> wrong.add("The budget is still pinned."));
    simulation
        .server()
        .get(Manifests.ROUTE)
        .map(HTTPRoute.class::cast)
        .filter(r -> r.getSpec().getRules().getFirst().getBackendRefs().size() > 1)
        .ifPresent(_ -> wrong.add("The route is still divided."));
    for (String kind : List.of("Service", "PodDisruptionBudget")) {
      if (simulation
          .server()
          .get(new Key(kind, Manifests.NAMESPACE, Manifests.NAME + "-candidate"))
          .isPresent()) {
        wrong.add("The candidate's " + kind + " is left.");
      }
    }
    // Who leaves gets the Deployment back, and with it whatever rolls there by itself.
    if (simulation.server().get(Manifests.POLICY).isPresent()) {
      serving();
    }
  }

  /** One set has pods, as many as are asked for, and it is what is asked for unless it is held. */
  private void serving() {
    Deployment d = deployment().orElse(null);
    if (d == null) {
      return;
    }
    boolean held = d.getMetadata().getLabels().containsKey("sluice.dev/held");
    List<ReplicaSet> active =
        simulation.server().list(ReplicaSet.class).stream()
            .filter(s -> s.getSpec().getReplicas() > 0)
            .toList();
    if (active.size() != 1) {
      wrong.add("%d sets have pods at rest.".formatted(active.size()));
      return;
    }
    ReplicaSet set = active.getFirst();
    if (!set.getSpec().getReplicas().equals(d.getSpec().getReplicas())) {
      wrong.add(
          "At rest %d pods serve, and %d are asked for."
              .formatted(set.getSpec().getReplicas(), d.getSpec().getReplicas()));
    }
    String serves = set.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
    String asked = d.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
    if (!held && !serves.equals(asked)) {
      wrong.add("At rest %s serves, %s is asked for, and it is not held.".formatted(serves, asked));
    }
  }

  private Optional<Deployment> deployment() {
    return simulation.server().get(Manifests.DEPLOYMENT).map(Deployment.class::cast);
  }

  /** All that was wrong, a sentence each. */
  List<String> verdict(Users users) {
    List<String> all = new ArrayList<>(wrong);
    for (Violation violation : watcher.violations()) {
      if (!excused(violation.invariant())) {
        all.add(violation.toString());
      }
    }
    if (users.lost() > 0.5) {
      all.add("%.1f requests were lost.".formatted(users.lost()));
      all.addAll(users.losses());
    }
    return all;
  }

  /**
   * Nobody can be told the truth by one who is not there, and an autoscaler that fights with Git
   * over the size moves the candidate's, too.
   */
  private boolean excused(String invariant) {
    return (invariant.equals("told") && simulation.deaf())
        || (invariant.equals("flapping") && simulation.autoscaled());
  }

  private static Writer writer(Caller caller) {
    return caller.operator()
        ? Writer.SLUICE
        : caller.equals(Caller.KUBERNETES) ? Writer.CLUSTER : Writer.USER;
  }
}
