package dev.sluice.kubernetes;

import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.world.CheckResult;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rehearses the way back: one fresh pod of stable, under the configuration, secrets and nodes of
 * today, that no Service selects, must become ready; then it goes. What it came to is remembered by
 * this process alone: the next one rehearses again, with the pod that is there. A no is forgotten
 * after a minute, so that it is asked for again.
 *
 * <p>{@link #start} and {@link #advance} act; {@link #results} only reads.
 */
public final class WayBack {
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Cluster cluster;
  private final Workload workload;
  private final Writes writes;
  private final Duration within;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  private record Seen(String check, CheckResult result, Instant since) {
    boolean running() {
      return result instanceof CheckResult.Running;
    }

    /** Whether it still says something at that time. */
    boolean stands(Instant now) {
      return !(result instanceof CheckResult.Failed) || now.isBefore(since.plus(PAUSE));
    }
  }

  /**
   * @param within how long the pod may take to become ready
   */
  public WayBack(Cluster cluster, Workload workload, Writes writes, Duration within) {
    this.cluster = cluster;
    this.workload = workload;
    this.writes = writes;
    this.within = within;
  }

  /** Begins a rehearsal for that release; its pod is made by {@link #advance}. */
  public void start(String release, String check, Instant now) {
    seen.compute(
        id(release, check),
        (_, before) ->
            before != null && before.stands(now)
                ? before
                : new Seen(check, new CheckResult.Running(), now));
  }

  /** How the rehearsals of that release stand, by the check's name. */
  public Map<String, CheckResult> results(String release, Instant now) {
    Map<String, CheckResult> results = new HashMap<>();
    seen.forEach(
        (id, one) -> {
          if (id.equals(id(release, one.check())) && one.stands(now)) {
            results.put(one.check(), one.result());
          }
        });
    return results;
  }

  /**
   * Goes on with what was started for that release, and takes away what is left of another. Done
   * twice it is done once.
   *
   * @param release the one that runs; empty: none does
   */
  public void advance(Optional<String> release, Instant now) {
    seen.keySet().removeIf(id -> release.filter(r -> id.startsWith(r + ".")).isEmpty());
    Optional<String> rehearsed =
        pod().flatMap(p -> Marks.annotation(p, Marks.REHEARSAL)).filter(id -> !isWanted(id));
    // Of a check that this process has not been asked for yet: it may still be.
    boolean early =
        release.isPresent()
            && rehearsed.filter(id -> id.startsWith(release.get() + ".")).isPresent()
            && rehearsed.filter(seen::containsKey).isEmpty();
    if (rehearsed.isPresent() && !early) {
      end();
    }
    seen.replaceAll((id, one) -> one.running() ? next(id, one, now) : one);
  }

  private boolean isWanted(String id) {
    return Optional.ofNullable(seen.get(id)).filter(Seen::running).isPresent();
  }

  /** Nobody needs the pod any more. */
  public void end() {
    pod()
        .filter(p -> Marks.annotation(p, Marks.REHEARSAL).isPresent())
        .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
        .ifPresent(this::delete);
  }

  private Seen next(String id, Seen one, Instant now) {
    Optional<Pod> pod = pod();
    if (pod.isEmpty()) {
      return create(id, one, now);
    }
    if (Marks.annotation(pod.get(), Marks.REHEARSAL).filter(id::equals).isEmpty()) {
      // Another rehearsal's, or not ours at all: its turn comes when that one is gone.
      return one;
    }
    if (Pods.serves(pod.get())) {
      delete(pod.get());
      return new Seen(one.check(), new CheckResult.Passed(), now);
    }
    return now.isBefore(one.since().plus(within))
        ? one
        : failed(one, Pods.trouble(pod.get()).orElse("it does not become ready"), now);
  }

  private Seen failed(Seen one, String trouble, Instant now) {
    end();
    String why =
        "a fresh pod of stable does not become ready (%s), so a way back could not be carried."
            .formatted(trouble);
    return new Seen(one.check(), new CheckResult.Failed(why), now);
  }

  private Seen create(String id, Seen one, Instant now) {
    Optional<Pod> fresh = deployment().flatMap(d -> fresh(d, id));
    if (fresh.isEmpty()) {
      return one;
    }
    Outcome outcome = writes.created(cluster.pods(), fresh.get());
    return outcome instanceof Outcome.Refused refused ? failed(one, refused.why(), now) : one;
  }

  private static String id(String release, String check) {
    return release + "." + check;
  }

  private Optional<Pod> fresh(Deployment deployment, String id) {
    return Sets.serving(cluster, deployment)
        .map(s -> pod(s.getSpec().getTemplate(), deployment, id));
  }

  /** Without the template's labels: no Service, budget or autoscaler selects it. */
  private Pod pod(PodTemplateSpec template, Deployment deployment, String id) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name())
        .withNamespace(workload.namespace())
        .withAnnotations(template.getMetadata().getAnnotations())
        .addToAnnotations(Marks.REHEARSAL, id)
        .addToLabels(Marks.TRACK, "rehearsal")
        .withOwnerReferences(Sets.owner(deployment))
        .endMetadata()
        .withSpec(template.getSpec())
        .build();
  }

  private String name() {
    return workload.deployment() + "-way-back";
  }

  private Optional<Pod> pod() {
    return cluster.pods().get(workload.namespace(), name());
  }

  private Optional<Deployment> deployment() {
    return cluster.deployments().get(workload.namespace(), workload.deployment());
  }

  private void delete(Pod pod) {
    // Refused or not: whoever looks next sees it, and tries again.
    var _ = writes.deleted(cluster.pods(), pod);
  }
}
