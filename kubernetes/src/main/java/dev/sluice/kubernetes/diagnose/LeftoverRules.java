package dev.sluice.kubernetes.diagnose;

import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.diagnose.Rule.Found;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What belongs to a policy that is gone, or to a run that nobody goes on with. */
final class LeftoverRules {
  private static final String CANDIDATE = "candidate";

  static final List<Rule<InNamespace>> ALL =
      List.of(
          new Rule<>(
              Symptom.blocks(
                  "split-left",
                  "The route goes on sending users to a version that nobody judges. The writes take the verb"
                      + " escape on releasepolicies.",
                  "kubectl -n <namespace> annotate <kind> <name> sluice.dev/split- sluice.dev/match-"
                      + " sluice.dev/mirror- sluice.dev/release- && kubectl -n <namespace> label <kind>"
                      + " <name> sluice.dev/policy-"),
              in -> marked(in, Marks.SPLIT)),
          new Rule<>(
              Symptom.blocks(
                  "pin-left",
                  "It goes on selecting the pods of one version only: the next native rollout would leave it"
                      + " without any. The writes take the verb escape on releasepolicies.",
                  "kubectl -n <namespace> annotate <kind> <name> sluice.dev/pin- && kubectl -n <namespace>"
                      + " label <kind> <name> sluice.dev/policy-"),
              in -> marked(in, Marks.PIN)),
          new Rule<>(
              Symptom.warns(
                  "candidate-left",
                  "Nothing of Sluice needs it any more.",
                  "kubectl -n <namespace> delete <kind> <name>"),
              LeftoverRules::candidates),
          new Rule<>(
              Symptom.blocks(
                  "hold-left",
                  "A change of it is held for ever. Taking the label away resumes it, and what it asks for"
                      + " rolls out. The write takes the verb escape on releasepolicies.",
                  "kubectl -n <namespace> label deployment <name> sluice.dev/held- && kubectl -n <namespace>"
                      + " label deployment <name> sluice.dev/policy-"),
              LeftoverRules::held),
          new Rule<>(
              Symptom.warns(
                  "label-left",
                  "Sluice's admission policies look at it for nothing: a change of the Deployment would be"
                      + " held, and nobody would release it.",
                  "kubectl -n <namespace> label <kind> <name> sluice.dev/policy-"),
              LeftoverRules::labelled),
          new Rule<>(
              Symptom.blocks(
                  "run-left",
                  "A sluice run has ended before its release had, and all stands as it stood. The same command"
                      + " goes on with it; interrupted, it takes everything back.",
                  "sluice run -f <file> -n <namespace>"),
              LeftoverRules::runs));

  private LeftoverRules() {}

  /** What carries the label of a policy that is not there, for certain. */
  private static <T extends HasMetadata> Stream<T> orphans(InNamespace in, Class<T> kind) {
    return in.of(kind).stream()
        .filter(
            o ->
                Marks.label(o, Marks.POLICY)
                    .filter(
                        policy ->
                            in.policies().lacks(p -> p.getMetadata().getName().equals(policy)))
                    .isPresent());
  }

  private static Stream<HasMetadata> orphans(InNamespace in) {
    return Stream.of(
            orphans(in, Service.class),
            orphans(in, PodDisruptionBudget.class),
            orphans(in, HTTPRoute.class),
            orphans(in, GRPCRoute.class),
            orphans(in, Deployment.class))
        .<HasMetadata>flatMap(all -> all);
  }

  private static boolean isCandidates(HasMetadata object) {
    return Marks.label(object, Marks.TRACK).filter(CANDIDATE::equals).isPresent()
        || (object.getMetadata().getName().endsWith("-" + CANDIDATE)
            && Marks.annotation(object, Marks.PIN).isEmpty());
  }

  private static Stream<Found> marked(InNamespace in, String mark) {
    return orphans(in)
        .filter(o -> Marks.annotation(o, mark).isPresent())
        .map(
            o ->
                found(
                    in,
                    o,
                    "It carries %s of the policy %s, which is not there."
                        .formatted(mark, policy(o))));
  }

  private static Stream<Found> candidates(InNamespace in) {
    return Stream.of(
            orphans(in, Service.class),
            orphans(in, PodDisruptionBudget.class),
            orphans(in, Ingress.class),
            orphans(in, ReplicaSet.class).filter(s -> Marks.label(s, Marks.TRACK).isPresent()))
        .<HasMetadata>flatMap(all -> all)
        .filter(LeftoverRules::isCandidates)
        .map(
            o ->
                found(
                    in,
                    o,
                    "It was made for a release of the policy %s, which is not there."
                        .formatted(policy(o))));
  }

  private static Stream<Found> held(InNamespace in) {
    return orphans(in, Deployment.class)
        .filter(d -> Marks.label(d, Marks.HELD).isPresent())
        .map(
            d ->
                found(
                    in,
                    d,
                    "It is held for the policy %s, which is not there.".formatted(policy(d))));
  }

  private static Stream<Found> labelled(InNamespace in) {
    return orphans(in)
        .filter(o -> !isCandidates(o))
        .filter(
            o ->
                Stream.of(Marks.PIN, Marks.SPLIT)
                    .allMatch(mark -> Marks.annotation(o, mark).isEmpty()))
        .filter(o -> Marks.label(o, Marks.HELD).isEmpty())
        .map(
            o ->
                found(
                    in,
                    o,
                    "It carries the label of the policy %s, which is not there."
                        .formatted(policy(o))));
  }

  private static Stream<Found> runs(InNamespace in) {
    return in.of(Deployment.class).stream()
        .flatMap(
            d ->
                Marks.label(d, Marks.RUN)
                    .filter(
                        run ->
                            in.of(Lease.class)
                                .lacks(
                                    lease ->
                                        lease.getMetadata().getName().equals("sluice-" + run)
                                            && ClusterRules.isHeld(lease, in.at())))
                    .map(
                        run ->
                            found(
                                in,
                                d,
                                "It is released by sluice run, as %s, and nobody has renewed its lease for a minute."
                                    .formatted(run)))
                    .stream());
  }

  private static String policy(HasMetadata object) {
    return Marks.label(object, Marks.POLICY).orElse("");
  }

  private static Found found(InNamespace in, HasMetadata object, String seen) {
    return new Found(
        Where.of(object),
        seen,
        Map.of(
            "namespace",
            in.name(),
            "kind",
            object.getKind().toLowerCase(Locale.ROOT),
            "name",
            Optional.ofNullable(object.getMetadata().getName()).orElse("")));
  }
}
