package dev.sluice.kubernetes;

import dev.sluice.api.PolicySpec.RouteRef;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.kubernetes.route.RenderedHttpRoute;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Adopting is one label on the Deployment, its Services, its disruption budgets and its routes;
 * leaving takes it away. The label is what the admission policies look for. No pod is touched, and
 * no Ingress: beside it stands one of our own.
 *
 * <p>An object may carry marks of a release before it is adopted, from a manifest that was exported
 * in the middle of one. Adopting would make spec of them, a pin to pods that are long gone, so they
 * go first.
 *
 * <p>Where the API server does not keep to the marks by itself, what a foreign write has undone is
 * written again, each object at most so often: whoever fights with us must not be answered without
 * end, and who applies everything once a second is answered each time.
 */
public final class Adoption {
  private static final int AT_ONCE = 20;
  private static final Duration EACH = Duration.ofSeconds(1);
  private static final String ROLLS =
      "A native rollout of %s is under way, so it is not paused before that is over.";

  private final Cluster cluster;
  private final Workload workload;
  private final Writes writes;
  private final InstantSource clock;
  private final Map<String, Bucket> buckets = new HashMap<>();
  private final Map<String, Instant> introduced = new HashMap<>();
  private Optional<String> trouble = Optional.empty();

  public Adoption(Cluster cluster, Workload workload, Writes writes, InstantSource clock) {
    this.cluster = cluster;
    this.workload = workload;
    this.writes = writes;
    this.clock = clock;
  }

  /**
   * Sees to it that everything that is there carries the label, and is as its marks say; an
   * unchanged world costs nothing.
   *
   * @param rests no release of this policy has anything there, so that marks on an object that is
   *     not adopted are nobody's
   * @return what stands in the way of that and stops nothing else, a sentence
   * @throws IOException if an object is another policy's, or cannot be labelled
   */
  public Optional<String> adopt(boolean rests) throws IOException {
    trouble = Optional.empty();
    Optional<Deployment> deployment =
        cluster.deployments().get(workload.namespace(), workload.deployment());
    if (deployment.isEmpty()) {
      return trouble;
    }
    if (!isOurs(deployment.get())) {
      nobodyElses(deployment.get());
    }
    entryPoints(deployment.get(), rests);
    if (rolls(deployment.get())) {
      return Optional.of(ROLLS.formatted(workload.deployment()));
    }
    if (waits(deployment.get())) {
      return trouble;
    }
    // Last: from now on a change of the template is held, and all that it needs is in place.
    adopt(cluster.deployments(), workload.deployment(), rests);
    return trouble;
  }

  /**
   * Adopts everything, and changes the Deployment's template in the very write that keeps it from
   * rolling. One that is adopted already is left as it is.
   *
   * @throws IOException if an object is another policy's, or could not be written; to be tried
   *     again
   */
  public void begin(UnaryOperator<Deployment> change) throws IOException {
    Optional<Deployment> deployment =
        cluster.deployments().get(workload.namespace(), workload.deployment());
    if (deployment.isEmpty() || isOurs(deployment.get())) {
      return;
    }
    nobodyElses(deployment.get());
    if (rolls(deployment.get())) {
      throw new IOException(ROLLS.formatted(workload.deployment()));
    }
    entryPoints(deployment.get(), true);
    Deployment marked =
        writes
            .unmarked(deployment.get())
            .edit()
            .editMetadata()
            .addToLabels(workload.label(), workload.policy())
            .endMetadata()
            .build();
    Deployment wanted = change.apply(writes.marking().asserted(deployment.get(), marked));
    said(
        "could not be paused with its new template",
        deployment.get(),
        writes.changed(
            cluster.deployments(),
            deployment.get(),
            wanted,
            deployment.get().getMetadata().getResourceVersion()));
  }

  /**
   * Pausing a Deployment with pods of two versions would keep it so. One that is held is kept: what
   * began there by itself goes again.
   */
  private boolean rolls(Deployment deployment) {
    return writes.marking() instanceof Marking.Written
        && Marks.label(deployment, Marks.HELD).isEmpty()
        && !Boolean.TRUE.equals(deployment.getSpec().getPaused())
        && Sets.active(cluster, deployment).size() > 1;
  }

  /**
   * Where a pause held and the API server does again: a template that came in between would roll by
   * itself if it were given back before it is held.
   */
  private boolean waits(Deployment deployment) {
    return writes.marking() instanceof Marking.ByAdmission
        && Marks.label(deployment, Marks.BEFORE).isPresent()
        && Marks.label(deployment, Marks.HELD).isEmpty()
        && Sets.serving(cluster, deployment)
            .filter(s -> !Template.fingerprint(s).equals(Template.fingerprint(deployment)))
            .isPresent();
  }

  private void entryPoints(Deployment deployment, boolean rests) throws IOException {
    for (String service : workload.services()) {
      adopt(cluster.services(), service, rests);
    }
    if (workload.preview().isPresent()) {
      adopt(cluster.services(), workload.preview().get(), rests);
    }
    adopt(cluster.httpRoutes(), workload.httpRoutes(), rests);
    adopt(cluster.grpcRoutes(), workload.grpcRoutes(), rests);
    Map<String, String> pods = deployment.getSpec().getTemplate().getMetadata().getLabels();
    for (PodDisruptionBudget budget : cluster.budgets().in(workload.namespace())) {
      boolean ours = budget.getMetadata().getName().equals(workload.candidate());
      if (!ours
          && budget.getSpec().getSelector() != null
          && Selectors.selects(Selectors.unpinned(budget.getSpec().getSelector()), pods)) {
        adopt(cluster.budgets(), budget.getMetadata().getName(), rests);
      }
    }
  }

  private <T extends HasMetadata> void adopt(
      Optional<Watched<T>> all, List<RouteRef> routes, boolean rests) throws IOException {
    if (all.isPresent()) {
      for (RouteRef route : routes) {
        if (workload.isHere(route)) {
          adopt(all.get(), route.name(), rests);
        }
      }
    }
  }

  private <T extends HasMetadata> void adopt(Watched<T> all, String name, boolean rests)
      throws IOException {
    Optional<T> object = all.get(workload.namespace(), name);
    if (object.isEmpty()) {
      return;
    }
    if (isOurs(object.get())) {
      keep(all, object.get());
      return;
    }
    nobodyElses(object.get());
    T bare = rests ? writes.unmarked(object.get()) : object.get();
    if (!bare.equals(object.get())) {
      said(
          "carries marks of a release that is none of this policy's, and they could not be taken away",
          object.get(),
          writes.changed(all, object.get(), bare, object.get().getMetadata().getResourceVersion()));
      object = all.get(workload.namespace(), name);
      if (object.isEmpty()) {
        return;
      }
    }
    written(all, object.get(), Collections.singletonMap(workload.label(), workload.policy()));
  }

  /**
   * @throws IOException if another policy releases it, or a run without an operator does
   */
  private void nobodyElses(HasMetadata object) throws IOException {
    String which =
        "%s %s in %s"
            .formatted(object.getKind(), object.getMetadata().getName(), workload.namespace());
    Optional<String> policy = Marks.label(object, Marks.POLICY);
    if (policy.isPresent()) {
      throw new IOException(
          "%s belongs to the policy %s already; two policies cannot release one workload"
              .formatted(which, policy.get()));
    }
    Optional<String> run = Marks.label(object, Marks.RUN);
    if (run.isPresent()) {
      throw new IOException(
          "%s is released by sluice run, as %s; let that end, or start it again and interrupt it"
              .formatted(which, run.get()));
    }
  }

  /** What somebody has undone is done again. That it cannot be stops nothing else. */
  private <T extends HasMetadata> void keep(Watched<T> all, T object) {
    Optional<T> undone = writes.undone(object);
    if (undone.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    String which = object.getKind() + "/" + object.getMetadata().getName();
    Optional<T> wanted = again(which, object, undone.get(), now);
    if (wanted.isEmpty()) {
      return;
    }
    Bucket bucket = buckets.computeIfAbsent(which, _ -> new Bucket(AT_ONCE, EACH, now));
    if (!bucket.take(now)) {
      trouble =
          Optional.of(
              "Somebody undoes what Sluice writes to %s %s again and again; it is written once a second now. See who does in its managedFields."
                  .formatted(object.getKind(), object.getMetadata().getName()));
      return;
    }
    Outcome outcome =
        writes.changed(all, object, wanted.get(), object.getMetadata().getResourceVersion());
    if (outcome instanceof Outcome.Refused refused) {
      trouble =
          Optional.of(
              "%s %s is not as Sluice wrote it, and cannot be written again: %s"
                  .formatted(object.getKind(), object.getMetadata().getName(), refused.why()));
    }
  }

  /**
   * A route that has lost the candidate gets it back in two writes, as a release begins: named, and
   * with its weight when the gateway has had the time to hear of it.
   *
   * @return empty: not yet
   */
  @SuppressWarnings("unchecked")
  private <T extends HasMetadata> Optional<T> again(String which, T object, T wanted, Instant now) {
    if (!(object instanceof HTTPRoute route)
        || !(writes.marking() instanceof Marking.Written)
        || !RenderedHttpRoute.names((HTTPRoute) wanted, workload.candidate())) {
      return Optional.of(wanted);
    }
    if (!RenderedHttpRoute.names(route, workload.candidate())) {
      introduced.put(which, now);
      return Optional.of(
          (T)
              RenderedHttpRoute.introduced(
                  (HTTPRoute) wanted, workload.root(), workload.candidate()));
    }
    return Optional.of(wanted)
        .filter(
            _ ->
                Optional.ofNullable(introduced.get(which))
                    .filter(at -> now.isBefore(at.plus(Settling.SETTLES)))
                    .isEmpty());
  }

  private <T extends HasMetadata> void written(
      Watched<T> all, T object, Map<String, @Nullable String> labels) throws IOException {
    said(
        "could not be labelled",
        object,
        writes.label(all, object, object.getMetadata().getResourceVersion(), labels));
  }

  private <T extends HasMetadata> void said(String what, T object, Outcome outcome)
      throws IOException {
    String why =
        switch (outcome) {
          case Outcome.Applied _ -> "";
          case Outcome.Conflict c -> c.why();
          case Outcome.Refused r -> r.why();
          case Outcome.Unknown u -> u.why();
        };
    if (!why.isEmpty()) {
      throw new IOException(
          "%s %s in %s %s: %s"
              .formatted(
                  object.getKind(),
                  object.getMetadata().getName(),
                  workload.namespace(),
                  what,
                  why));
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

  /**
   * As {@link #leave}, with a last change of the Deployment in the write that gives it back.
   *
   * @throws IOException if one could not be written; the rest is tried again with it
   */
  public void leave(UnaryOperator<Deployment> change) throws IOException {
    Optional<Deployment> deployment =
        cluster.deployments().get(workload.namespace(), workload.deployment());
    leave(cluster.services());
    leave(cluster.budgets());
    if (cluster.httpRoutes().isPresent()) {
      leave(cluster.httpRoutes().get());
    }
    if (deployment.filter(this::isOurs).isPresent()) {
      Deployment bare =
          deployment
              .get()
              .edit()
              .editMetadata()
              .removeFromLabels(workload.label())
              .removeFromLabels(Marks.HELD)
              .endMetadata()
              .build();
      Deployment wanted = change.apply(writes.marking().asserted(deployment.get(), bare));
      said(
          "could not be given back",
          deployment.get(),
          writes.changed(
              cluster.deployments(),
              deployment.get(),
              wanted,
              deployment.get().getMetadata().getResourceVersion()));
    }
  }

  private boolean isOurs(HasMetadata object) {
    return Marks.label(object, workload.label()).filter(workload.policy()::equals).isPresent();
  }

  private <T extends HasMetadata> void leave(Watched<T> all) throws IOException {
    for (T object : all.in(workload.namespace())) {
      if (isOurs(object)) {
        Map<String, @Nullable String> none = new HashMap<>();
        none.put(workload.label(), null);
        none.put(Marks.HELD, null);
        written(all, object, none);
      }
    }
  }
}
