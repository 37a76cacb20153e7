package dev.sluice.kubernetes.diagnose;

import dev.sluice.api.PolicySpec;
import dev.sluice.kubernetes.diagnose.Rule.Found;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Why pods of a version do not serve, or do not tell how they do. One pod speaks for its set. */
final class PodRules {
  private static final Set<String> NOT_PULLED =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "ErrImageNeverPull",
          "InvalidImageName",
          "ImageInspectError");

  static final List<Rule<Patient>> ALL =
      List.of(
          new Rule<>(
              Symptom.blocks(
                  "image-not-pulled",
                  "Its version never becomes ready: a release of it is taken back when prepareWithin is over."
                      + " Name an image that is there, or mend the way to it.",
                  "kubectl -n <namespace> set image deployment/<deployment> <container>=<image>"),
              p -> waiting(p, NOT_PULLED)),
          new Rule<>(
              Symptom.blocks(
                  "crash-loop",
                  "Its version never becomes ready. What it said before it ended is in its log.",
                  "kubectl -n <namespace> logs <name> -c <container> --previous --tail=20"),
              p -> waiting(p, Set.of("CrashLoopBackOff"))),
          new Rule<>(
              Symptom.blocks(
                  "container-not-created",
                  "Its version never becomes ready. Mostly a ConfigMap or a Secret that the template names is"
                      + " not there.",
                  "kubectl -n <namespace> describe pod <name>"),
              p -> waiting(p, Set.of("CreateContainerConfigError", "CreateContainerError"))),
          new Rule<>(
              Symptom.blocks(
                  "pods-have-no-room",
                  "Its version never becomes ready. A release needs room for both versions: add nodes, or ask"
                      + " for less.",
                  "kubectl -n <namespace> describe pod <name>"),
              PodRules::unscheduled),
          new Rule<>(
              Symptom.blocks(
                  "pods-refused",
                  "The API server refuses its pods: a quota, pod security or a webhook.",
                  "kubectl -n <namespace> describe replicaset <name>"),
              PodRules::refused),
          new Rule<>(
              Symptom.blocks(
                  "no-metrics-port",
                  "Without metrics nothing is judged, and a release stands still. Name the port at which the"
                      + " pods show them; 8080 is a guess.",
                  "kubectl -n <namespace> patch releasepolicy <policy> --type=merge -p"
                      + " '{\"spec\":{\"analysis\":{\"scrape\":{\"port\":8080,\"path\":\"/metrics\"}}}}'"),
              PodRules::unmeasured));

  private PodRules() {}

  private static Stream<Found> waiting(Patient p, Set<String> reasons) {
    Set<String> said = new HashSet<>();
    return p.pods().stream()
        .flatMap(pod -> containers(pod).flatMap(c -> waiting(p, pod, c, reasons)))
        .filter(found -> said.add(found.seen()));
  }

  private static Stream<Found> waiting(
      Patient p, Pod pod, ContainerStatus container, Set<String> reasons) {
    return Optional.ofNullable(container.getState()).stream()
        .flatMap(s -> Optional.<ContainerStateWaiting>ofNullable(s.getWaiting()).stream())
        .filter(w -> reasons.contains(w.getReason()))
        .map(
            w ->
                p.found(
                    pod,
                    "Container %s, image %s: %s."
                        .formatted(container.getName(), container.getImage(), w.getReason()),
                    Map.of("container", container.getName())));
  }

  private static Stream<ContainerStatus> containers(Pod pod) {
    return Optional.ofNullable(pod.getStatus()).stream()
        .flatMap(
            s ->
                Stream.concat(
                    Optional.ofNullable(s.getInitContainerStatuses()).orElse(List.of()).stream(),
                    Optional.ofNullable(s.getContainerStatuses()).orElse(List.of()).stream()));
  }

  private static Stream<Found> unscheduled(Patient p) {
    Set<String> said = new HashSet<>();
    return p.pods().stream()
        .flatMap(
            pod ->
                Optional.ofNullable(pod.getStatus()).stream()
                    .flatMap(s -> Optional.ofNullable(s.getConditions()).stream())
                    .flatMap(List::stream)
                    .filter(PodRules::isUnscheduled)
                    .map(c -> p.found(pod, "It cannot be scheduled: " + c.getMessage())))
        .filter(found -> said.add(found.seen()));
  }

  private static boolean isUnscheduled(PodCondition condition) {
    return "PodScheduled".equals(condition.getType())
        && "False".equals(condition.getStatus())
        && "Unschedulable".equals(condition.getReason());
  }

  private static Stream<Found> refused(Patient p) {
    return p.sets().stream()
        .flatMap(
            set ->
                Optional.ofNullable(set.getStatus()).stream()
                    .flatMap(s -> Optional.ofNullable(s.getConditions()).stream())
                    .flatMap(List::stream)
                    .filter(PodRules::fails)
                    .map(c -> refused(p, set, c)));
  }

  private static boolean fails(ReplicaSetCondition condition) {
    return "ReplicaFailure".equals(condition.getType()) && "True".equals(condition.getStatus());
  }

  private static Found refused(Patient p, ReplicaSet set, ReplicaSetCondition condition) {
    return p.found(set, "Not all of its pods could be made: " + condition.getMessage());
  }

  /** By what the operator would find, in its order: annotations, the policy, a declared port. */
  private static Stream<Found> unmeasured(Patient p) {
    if (p.spec().isEmpty() || p.deployment().isEmpty()) {
      return Stream.empty();
    }
    PolicySpec.Analysis analysis = p.spec().get().analysis();
    boolean byQuery =
        !analysis.metrics().isEmpty()
            && analysis.metrics().stream().allMatch(m -> m.prometheus().isPresent());
    boolean byTemplate =
        analysis.metrics().stream()
            .anyMatch(m -> m.template().isPresent() || m.clusterTemplate().isPresent());
    var template = p.deployment().get().getSpec().getTemplate();
    boolean annotated =
        Optional.ofNullable(template.getMetadata().getAnnotations())
            .orElse(Map.of())
            .containsKey("prometheus.io/port");
    boolean declared =
        template.getSpec().getContainers().stream()
            .anyMatch(c -> c.getPorts() != null && !c.getPorts().isEmpty());
    boolean named = analysis.scrape().filter(s -> s.port().isPresent()).isPresent();
    return byQuery || byTemplate || annotated || declared || named
        ? Stream.empty()
        : Stream.of(
            p.found(
                p.deploymentItself(),
                "Its pods declare no port, have no annotation prometheus.io/port, and the policy names no port to read metrics at."));
  }
}
