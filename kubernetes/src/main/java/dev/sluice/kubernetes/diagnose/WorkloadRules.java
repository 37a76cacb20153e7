package dev.sluice.kubernetes.diagnose;

import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.SharedObjects;
import dev.sluice.kubernetes.Template;
import dev.sluice.kubernetes.TwoVersions;
import dev.sluice.kubernetes.TwoVersions.Obstacle;
import dev.sluice.kubernetes.diagnose.Rule.Found;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Whether two versions of the Deployment could run beside each other, and which one it asks for.
 */
final class WorkloadRules {
  private static final String RESTARTED = "kubectl.kubernetes.io/restartedAt";

  /** Written by the Deployment controller into every set that it ever had. */
  private static final String REVISION = "deployment.kubernetes.io/revision";

  static final List<Rule<Patient>> ALL =
      List.of(
          new Rule<>(
              Symptom.blocks(
                  "no-deployment",
                  "There is nothing to release. Create the Deployment, or name the right one in"
                      + " spec.workloadRef.",
                  "kubectl -n <namespace> get deployments"),
              WorkloadRules::missing),
          new Rule<>(
              Symptom.notes(
                  "no-policy",
                  "A change of this Deployment rolls out natively, at once and unjudged.",
                  "sluice init deployment/<deployment> -n <namespace>"),
              WorkloadRules::unreleased),
          new Rule<>(
              Symptom.blocks(
                  "recreate",
                  "Two versions may not run beside each other, so there is no release without an outage."
                      + " Take the strategy away if they may.",
                  "kubectl -n <namespace> patch deployment <deployment> --type=merge -p"
                      + " '{\"spec\":{\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":null}}}'"),
              p -> obstacle(p, Obstacle.RECREATE)),
          new Rule<>(
              Symptom.blocks(
                  "no-replicas",
                  "Nothing serves that a new version could be compared with.",
                  "kubectl -n <namespace> scale deployment/<deployment> --replicas=1"),
              p -> obstacle(p, Obstacle.NO_REPLICAS)),
          new Rule<>(
              Symptom.blocks(
                  "node-ports",
                  "Pods of two versions on one node would want the same port of it.",
                  "kubectl -n <namespace> edit deployment/<deployment>"),
              p -> obstacle(p, Obstacle.NODES_PORTS)),
          new Rule<>(
              Symptom.blocks(
                  "selector-takes-all",
                  "A Deployment's selector cannot be changed: make another Deployment, with a matchLabels"
                      + " pair.",
                  "kubectl -n <namespace> get deployment <deployment> -o yaml"),
              p -> obstacle(p, Obstacle.SELECTOR)),
          new Rule<>(
              Symptom.blocks(
                  "claim-of-one-node",
                  "No release starts: pods of two versions cannot have that volume at once.",
                  "kubectl -n <namespace> describe pvc <name>"),
              WorkloadRules::claims),
          new Rule<>(
              Symptom.blocks(
                  "config-changed-in-place",
                  "No release starts: a way back would not bring back what the ConfigMap said. Give the"
                      + " content a name of its own, and name that in the pod template.",
                  "kubectl -n <namespace> get configmap <name> -o yaml --show-managed-fields"),
              WorkloadRules::configs),
          new Rule<>(
              Symptom.blocks(
                  "native-rollout",
                  "A release starts from one version. Wait for the rollout; one that is stuck is undone"
                      + " (kubectl rollout undo).",
                  "kubectl -n <namespace> rollout status deployment/<deployment> --timeout=5m"),
              WorkloadRules::rolls),
          new Rule<>(
              Symptom.warns(
                  "paused-by-somebody",
                  "Sluice has not paused it. A native rollout that was under way stands still, and Argo CD"
                      + " and Flux see the Deployment as suspended.",
                  "kubectl -n <namespace> rollout resume deployment/<deployment>"),
              WorkloadRules::paused),
          new Rule<>(
              Symptom.warns(
                  "held-after-abort",
                  "Stable serves. The Deployment still asks for the version that was aborted, and stays held"
                      + " until it asks for another one, or for the old one again; retry releases the same"
                      + " one once more.",
                  "sluice retry <policy> -n <namespace>"),
              WorkloadRules::aborted),
          new Rule<>(
              Symptom.notes(
                  "restart-is-a-release",
                  "kubectl rollout restart changes the pod template, so it is released like any other"
                      + " change; nothing rolls by itself.",
                  "sluice watch <policy> -n <namespace>"),
              WorkloadRules::restarted),
          new Rule<>(
              Symptom.notes(
                  "old-version-is-a-release",
                  "kubectl rollout undo, or an older manifest, changes the pod template, so it is released"
                      + " like any other change; nothing rolls by itself.",
                  "sluice watch <policy> -n <namespace>"),
              WorkloadRules::undone));

  private WorkloadRules() {}

  private static Stream<Found> missing(Patient p) {
    return p.object().isPresent()
            && p.space().of(Deployment.class).lacks(d -> d.getMetadata().getName().equals(p.name()))
        ? Stream.of(
            p.found(
                p.policyItself(),
                "It names the Deployment %s, which is not in %s."
                    .formatted(p.name(), p.space().name())))
        : Stream.empty();
  }

  private static Stream<Found> unreleased(Patient p) {
    return p.object().isEmpty()
        ? Stream.of(p.found(p.deploymentItself(), "No policy names it."))
        : Stream.empty();
  }

  private static Stream<Found> obstacle(Patient p, Obstacle obstacle) {
    return p.deployment().stream()
        .flatMap(d -> TwoVersions.obstacles(d).stream())
        .filter(r -> r.obstacle() == obstacle)
        .map(r -> p.found(p.deploymentItself(), r.sentence()));
  }

  private static Stream<Found> claims(Patient p) {
    Set<String> used = new TreeSet<>();
    p.deployment()
        .ifPresent(d -> used.addAll(SharedObjects.claims(d.getSpec().getTemplate().getSpec())));
    return p.space().of(PersistentVolumeClaim.class).stream()
        .filter(c -> used.contains(c.getMetadata().getName()))
        .flatMap(c -> SharedObjects.ofOneNode(c).map(why -> p.found(c, why)).stream());
  }

  private static Stream<Found> configs(Patient p) {
    Optional<ReplicaSet> stable = p.running() ? Optional.empty() : single(p);
    if (stable.isEmpty()) {
      return Stream.empty();
    }
    Set<String> read = SharedObjects.configs(stable.get().getSpec().getTemplate().getSpec());
    Instant since = Instant.parse(stable.get().getMetadata().getCreationTimestamp());
    return p.space().of(ConfigMap.class).stream()
        .filter(m -> read.contains(m.getMetadata().getName()))
        .flatMap(m -> SharedObjects.changed(m, since).map(why -> p.found(m, why)).stream());
  }

  private static Optional<ReplicaSet> single(Patient p) {
    return p.active().size() == 1 ? Optional.of(p.active().getFirst()) : Optional.empty();
  }

  private static Stream<Found> rolls(Patient p) {
    return !p.running() && !p.held() && p.active().size() > 1
        ? Stream.of(
            p.found(
                p.deploymentItself(),
                "It has pods of %d versions, and no release runs.".formatted(p.active().size())))
        : Stream.empty();
  }

  private static Stream<Found> paused(Patient p) {
    return p.deployment().stream()
        .filter(d -> Boolean.TRUE.equals(d.getSpec().getPaused()))
        .filter(
            d ->
                Stream.of(Marks.HELD, Marks.BEFORE, Marks.RUN)
                    .allMatch(mark -> Marks.label(d, mark).isEmpty()))
        .map(d -> p.found(d, "It is paused, and no release of Sluice holds it."));
  }

  private static Stream<Found> aborted(Patient p) {
    return p.held() && p.status("phase").filter("Aborted"::equals).isPresent()
        ? Stream.of(
            p.found(
                p.deploymentItself(),
                "It is held with the version that %s took back: %s"
                    .formatted(
                        p.status("release").orElse("a release"), p.status("message").orElse(""))))
        : Stream.empty();
  }

  private static Stream<Found> restarted(Patient p) {
    return asked(p)
        .filter(d -> single(p).map(stable -> differsByRestart(d, stable)).orElse(false))
        .map(d -> p.found(d, "It asks for stable's own template, restarted."));
  }

  private static boolean differsByRestart(Deployment deployment, ReplicaSet stable) {
    var asked = deployment.getSpec().getTemplate();
    var runs = stable.getSpec().getTemplate();
    String when =
        Optional.ofNullable(asked.getMetadata().getAnnotations())
            .orElse(Map.of())
            .getOrDefault(RESTARTED, "");
    if (when.isEmpty()) {
      return false;
    }
    return Template.fingerprint(
            runs.edit().editMetadata().addToAnnotations(RESTARTED, when).endMetadata().build())
        .equals(Template.fingerprint(deployment));
  }

  private static Stream<Found> undone(Patient p) {
    return asked(p)
        .flatMap(
            d ->
                p.sets().stream()
                    .filter(s -> Marks.annotation(s, REVISION).isPresent())
                    .filter(s -> !p.active().contains(s))
                    .filter(s -> Template.fingerprint(s).equals(Template.fingerprint(d)))
                    .max(Comparator.comparing(s -> s.getMetadata().getCreationTimestamp()))
                    .map(
                        s ->
                            p.found(
                                d,
                                "It asks for a version that ran before, %s."
                                    .formatted(s.getMetadata().getName())))
                    .stream());
  }

  /** The Deployment while it is held with something to be released. */
  private static Stream<Deployment> asked(Patient p) {
    return p.held() && p.running() ? p.deployment().stream() : Stream.empty();
  }
}
