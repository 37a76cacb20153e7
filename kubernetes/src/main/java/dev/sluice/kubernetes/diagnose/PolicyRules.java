package dev.sluice.kubernetes.diagnose;

import dev.sluice.api.PolicySpec;
import dev.sluice.kubernetes.Finalizer;
import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.diagnose.Rule.Found;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the policy itself says, and what the operator says of it. */
final class PolicyRules {
  /** For an operator to look, or to let go. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What has a diagnosis of its own, or is said by others here. */
  private static final Set<String> SAID =
      Set.of("invalid-policy", "refused", "missing", "approval", "paused");

  static final List<Rule<Patient>> ALL =
      List.of(
          new Rule<>(
              Symptom.blocks(
                  "policy-invalid",
                  "The operator cannot follow this policy, and waits for another one.",
                  "kubectl -n <namespace> edit releasepolicy/<policy>"),
              PolicyRules::invalid),
          new Rule<>(
              Symptom.blocks(
                  "not-looked-at-by-operator",
                  "No operator follows this policy as it is now: either none runs, or it follows other"
                      + " namespaces.",
                  "kubectl -n <system> get deployments,pods,leases"),
              PolicyRules::unfollowed),
          new Rule<>(
              Symptom.blocks(
                  "policy-leaving",
                  "A policy that is deleted stays until the operator has taken away what is left of its"
                      + " release, and none does. Start the operator; or take everything back by hand"
                      + " first (sluice doctor --escape), of which this is the last step but one.",
                  "kubectl -n <namespace> patch releasepolicy <policy> --type=merge -p"
                      + " '{\"metadata\":{\"finalizers\":null}}'"),
              PolicyRules::leaving),
          new Rule<>(
              Symptom.blocks(
                  "two-policies",
                  "One Deployment has one policy; the second one is refused by the operator. Keep the one"
                      + " whose name the Deployment's label sluice.dev/policy has.",
                  "kubectl -n <namespace> delete releasepolicy <name>"),
              PolicyRules::two),
          new Rule<>(
              Symptom.warns(
                  "not-guarded",
                  "The API server does not hold this Deployment by Sluice's admission policies. It is kept"
                      + " paused meanwhile, and what others undo is written again, a moment late.",
                  "sluice install"),
              PolicyRules::unguarded),
          new Rule<>(
              Symptom.warns(
                  "held-by-pause",
                  "This API server could hold by itself, and the policy asks for a pause: between"
                      + " releases, too, the Deployment is paused, which Argo CD shows as Suspended, and"
                      + " Flux with wait: true may wait for it until it gives up.",
                  "kubectl -n <namespace> patch releasepolicy <policy> --type=json -p"
                      + " '[{\"op\":\"remove\",\"path\":\"/spec/hold\"}]'"),
              PolicyRules::byPause),
          new Rule<>(
              Symptom.blocks(
                  "stalled",
                  "Nothing goes on before somebody changes something.",
                  "sluice explain <policy> -n <namespace>"),
              PolicyRules::stalled),
          new Rule<>(
              Symptom.blocks(
                  "release-refused",
                  "The release that was asked for does not start, and stable serves on. It starts by itself"
                      + " once this is mended; where the policy has to change, abort it first.",
                  "sluice explain <policy> -n <namespace>"),
              PolicyRules::refused),
          new Rule<>(
              Symptom.warns(
                  "waits-for-approval",
                  "The release waits for a person to say yes. Look at it before: sluice explain.",
                  "sluice approve <policy> -n <namespace>"),
              p -> says(p, "approval")),
          new Rule<>(
              Symptom.warns(
                  "release-paused",
                  "A person has paused the release; it goes on when it is resumed. Harm still takes it"
                      + " back.",
                  "sluice resume <policy> -n <namespace>"),
              p -> says(p, "paused")));

  private PolicyRules() {}

  private static Stream<Found> invalid(Patient p) {
    Stream<String> read =
        p.problems().stream().map(b -> "%s %s; %s.".formatted(b.path(), b.seen(), b.mend()));
    Stream<String> told =
        p.problems().isEmpty() && p.saysWhy("invalid-policy")
            ? p.status("message").stream()
            : Stream.empty();
    return Stream.concat(read, told).map(seen -> p.found(p.policyItself(), seen));
  }

  private static Stream<Found> unfollowed(Patient p) {
    if (p.object().isEmpty() || Finalizer.isLeaving(p.object().get())) {
      return Stream.empty();
    }
    GenericKubernetesResource policy = p.object().get();
    long seen = p.status("observedGeneration").map(Long::parseLong).orElse(0L);
    boolean old =
        Instant.parse(policy.getMetadata().getCreationTimestamp())
            .isBefore(p.space().at().minus(PATIENCE));
    if (seen == 0) {
      return old
          ? Stream.of(unfollowed(p, "No operator has looked at it since it was created."))
          : Stream.empty();
    }
    return seen < policy.getMetadata().getGeneration()
        ? Stream.of(unfollowed(p, "It was changed, and no operator has looked at it since."))
        : Stream.empty();
  }

  private static Found unfollowed(Patient p, String seen) {
    return p.found(p.policyItself(), seen, Map.of("system", p.cluster().system()));
  }

  private static Stream<Found> leaving(Patient p) {
    return p.object().stream()
        .filter(Finalizer::isLeaving)
        .map(o -> o.getMetadata().getDeletionTimestamp())
        .filter(at -> Instant.parse(at).isBefore(p.space().at().minus(PATIENCE)))
        .map(
            at ->
                p.found(
                    p.policyItself(), "It was deleted at %s, and is still there.".formatted(at)));
  }

  private static Stream<Found> two(Patient p) {
    if (p.object().isEmpty()) {
      return Stream.empty();
    }
    String first =
        p.deployment().flatMap(d -> Marks.label(d, Marks.POLICY)).orElseGet(() -> first(p));
    return p.policyName().equals(first) || others(p).noneMatch(o -> name(o).equals(first))
        ? Stream.empty()
        : Stream.of(
            p.found(
                p.policyItself(),
                "It names the Deployment %s, which is the policy %s's."
                    .formatted(p.name(), first)));
  }

  private static Stream<GenericKubernetesResource> others(Patient p) {
    return p.space().policies().stream()
        .filter(o -> !name(o).equals(p.policyName()))
        .filter(
            o ->
                Patient.text(o, "spec", "workloadRef", "name")
                    .filter(p.name()::equals)
                    .isPresent());
  }

  private static String first(Patient p) {
    return Stream.concat(p.object().stream(), others(p))
        .min(
            Comparator.comparing(
                    (GenericKubernetesResource o) -> o.getMetadata().getCreationTimestamp())
                .thenComparing(PolicyRules::name))
        .map(PolicyRules::name)
        .orElse("");
  }

  private static String name(GenericKubernetesResource policy) {
    return policy.getMetadata().getName();
  }

  private static Stream<Found> unguarded(Patient p) {
    return p.condition("Guarded", "False").stream()
        .map(message -> p.found(p.policyItself(), message));
  }

  private static Stream<Found> byPause(Patient p) {
    return p.cluster().admission()
            && p.spec().flatMap(PolicySpec::hold).equals(Optional.of(PolicySpec.Hold.PAUSE))
        ? Stream.of(p.found(p.policyItself(), "Its spec.hold is Pause."))
        : Stream.empty();
  }

  private static Stream<Found> stalled(Patient p) {
    return p.condition("Stalled", "True").stream()
        .filter(_ -> p.status("reason").filter(SAID::contains).isEmpty())
        .map(message -> p.found(p.policyItself(), message));
  }

  private static Stream<Found> refused(Patient p) {
    return p.saysWhy("refused") || p.saysWhy("missing")
        ? p.status("message").stream().map(m -> p.found(p.policyItself(), m))
        : Stream.empty();
  }

  private static Stream<Found> says(Patient p, String reason) {
    return p.running() && p.saysWhy(reason)
        ? p.status("message").stream().map(m -> p.found(p.policyItself(), m))
        : Stream.empty();
  }
}
