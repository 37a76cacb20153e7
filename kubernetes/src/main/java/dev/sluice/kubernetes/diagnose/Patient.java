package dev.sluice.kubernetes.diagnose;

import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.PolicySpec;
import dev.sluice.api.Problem;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Words;
import dev.sluice.engine.decide.Phase;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.Selectors;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.diagnose.Rule.Found;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Deployment that is released, or is to be, with what is around it.
 *
 * @param object the policy as it is there; empty: none names the Deployment
 * @param policy the same, read; empty where it cannot be
 * @param problems why it cannot be read
 * @param name of the Deployment
 */
record Patient(
    ClusterFacts cluster,
    InNamespace space,
    Optional<GenericKubernetesResource> object,
    Optional<ReleasePolicy> policy,
    List<Problem> problems,
    String name) {
  Patient {
    problems = List.copyOf(problems);
  }

  /** Of a policy. */
  static Patient of(ClusterFacts cluster, InNamespace space, GenericKubernetesResource object) {
    String name = text(object, "spec", "workloadRef", "name").orElse("");
    return switch (Manifest.read(Serialization.asJson(object))) {
      case Parsed.Ok<Manifest>(Manifest manifest)
          when manifest.objects().getFirst() instanceof ReleasePolicy policy ->
          new Patient(cluster, space, Optional.of(object), Optional.of(policy), List.of(), name);
      case Parsed.Ok<Manifest> _ ->
          new Patient(cluster, space, Optional.of(object), Optional.empty(), List.of(), name);
      case Parsed.Bad<Manifest>(List<Problem> problems) ->
          new Patient(cluster, space, Optional.of(object), Optional.empty(), problems, name);
    };
  }

  /** Of a Deployment that no policy names. */
  static Patient of(ClusterFacts cluster, InNamespace space, Deployment deployment) {
    return new Patient(
        cluster,
        space,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        deployment.getMetadata().getName());
  }

  static Optional<String> text(GenericKubernetesResource object, Object... path) {
    return Optional.ofNullable(object.get(path)).map(Object::toString).filter(t -> !t.isEmpty());
  }

  Optional<Deployment> deployment() {
    return space.deployment(name);
  }

  Optional<Workload> workload() {
    return policy.map(Workload::of);
  }

  Optional<PolicySpec> spec() {
    return policy.map(ReleasePolicy::spec);
  }

  Optional<String> status(Object... path) {
    Object[] whole = Stream.concat(Stream.of("status"), Arrays.stream(path)).toArray();
    return object.flatMap(o -> text(o, whole));
  }

  /** The message of a condition that has this status. */
  Optional<String> condition(String type, String status) {
    List<Map<String, Object>> all =
        object
            .flatMap(
                o -> Optional.ofNullable(o.<List<Map<String, Object>>>get("status", "conditions")))
            .orElse(List.of());
    return all.stream()
        .filter(c -> type.equals(c.get("type")) && status.equals(c.get("status")))
        .map(c -> String.valueOf(c.getOrDefault("message", "")))
        .findFirst();
  }

  boolean saysWhy(String reason) {
    return status("reason").filter(reason::equals).isPresent();
  }

  /** Whether a release is under way, by what the operator says. */
  boolean running() {
    return status("phase")
        .filter(
            phase ->
                Arrays.stream(Phase.values())
                    .noneMatch(p -> p.ended() && Words.of(p).equals(phase)))
        .isPresent();
  }

  boolean held() {
    return deployment().flatMap(d -> Marks.label(d, Marks.HELD)).isPresent();
  }

  /** Labels of the Deployment's pods. */
  Map<String, String> labels() {
    return deployment()
        .map(d -> d.getSpec().getTemplate().getMetadata())
        .flatMap(m -> Optional.ofNullable(m.getLabels()))
        .orElse(Map.of());
  }

  /** Whether a selector, as its user wrote it, means the Deployment's pods. */
  boolean selectedBy(Map<String, String> pairs) {
    Map<String, String> own = new HashMap<>(pairs);
    own.remove(Marks.HASH);
    return deployment().isPresent() && !own.isEmpty() && Selectors.selects(own, labels());
  }

  boolean selectedBy(LabelSelector selector) {
    return deployment().isPresent()
        && Selectors.selects(selector.edit().removeFromMatchLabels(Marks.HASH).build(), labels());
  }

  /** Sets that are the Deployment's, in it or beside it. */
  List<ReplicaSet> sets() {
    String uid = deployment().map(d -> d.getMetadata().getUid()).orElse("");
    return space.of(ReplicaSet.class).stream()
        .filter(
            s ->
                s.getMetadata().getOwnerReferences().stream().anyMatch(o -> o.getUid().equals(uid)))
        .toList();
  }

  /** Those that have pods and are in the Deployment. */
  List<ReplicaSet> active() {
    LabelSelector selector =
        deployment().map(d -> d.getSpec().getSelector()).orElseGet(LabelSelector::new);
    return sets().stream()
        .filter(s -> Optional.ofNullable(s.getSpec().getReplicas()).orElse(1) > 0)
        .filter(
            s ->
                Selectors.selects(
                    selector, Optional.ofNullable(s.getMetadata().getLabels()).orElse(Map.of())))
        .toList();
  }

  List<Pod> pods() {
    List<String> uids = sets().stream().map(s -> s.getMetadata().getUid()).toList();
    return space.of(Pod.class).stream()
        .filter(
            p ->
                p.getMetadata().getOwnerReferences().stream()
                    .anyMatch(o -> uids.contains(o.getUid())))
        .toList();
  }

  /** The Service that a release adds. */
  String candidate() {
    return name + "-candidate";
  }

  Where policyItself() {
    return Where.in(space.name(), "ReleasePolicy", policyName());
  }

  Where deploymentItself() {
    return Where.in(space.name(), "Deployment", name);
  }

  String policyName() {
    return object.map(o -> o.getMetadata().getName()).orElse("");
  }

  Found found(Where where, String seen) {
    return found(where, seen, Map.of());
  }

  /**
   * @param more words of the command, besides namespace, policy, deployment and the object's name
   */
  Found found(Where where, String seen, Map<String, String> more) {
    Map<String, String> words = new HashMap<>();
    words.put("namespace", space.name());
    words.put("policy", policyName());
    words.put("deployment", name);
    words.put("name", where.name());
    words.putAll(more);
    return new Found(where, seen, words);
  }

  Found found(HasMetadata object, String seen) {
    return found(Where.of(object), seen, Map.of());
  }

  Found found(HasMetadata object, String seen, Map<String, String> more) {
    return found(Where.of(object), seen, more);
  }
}
