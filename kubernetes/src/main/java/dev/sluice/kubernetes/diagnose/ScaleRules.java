package dev.sluice.kubernetes.diagnose;

import dev.sluice.kubernetes.diagnose.Rule.Found;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Who sizes the pods, who may take them away, and how many more there may be. */
final class ScaleRules {
  static final List<Rule<Patient>> ALL =
      List.of(
          new Rule<>(
              Symptom.blocks(
                  "autoscalers-two",
                  "Kubernetes stops both (AmbiguousSelector), so nobody sizes the pods. Keep one.",
                  "kubectl -n <namespace> delete hpa <name>"),
              ScaleRules::autoscalers),
          new Rule<>(
              Symptom.warns(
                  "autoscaler-at-maximum",
                  "While a release runs it measures both versions, and stable could not grow to take"
                      + " everybody back.",
                  "kubectl -n <namespace> patch hpa <name> --type=merge -p"
                      + " '{\"spec\":{\"maxReplicas\":<more>}}'"),
              ScaleRules::maximum),
          new Rule<>(
              Symptom.warns(
                  "autoscaler-multiplies",
                  "It multiplies a target of type Value by the pods of both versions: it asks for more than"
                      + " is needed while a release runs. AverageValue does not.",
                  "kubectl -n <namespace> edit hpa/<name>"),
              ScaleRules::multiplies),
          new Rule<>(
              Symptom.warns(
                  "budget-allows-nothing",
                  "No node could be drained while these pods run, in a release as at any time.",
                  "kubectl -n <namespace> patch pdb <name> --type=merge -p"
                      + " '{\"spec\":{\"minAvailable\":null,\"maxUnavailable\":1}}'"),
              ScaleRules::rigid),
          new Rule<>(
              Symptom.warns(
                  "budgets-two",
                  "Kubernetes evicts no pod that two budgets cover, so no node could be drained. Keep one.",
                  "kubectl -n <namespace> delete pdb <name>"),
              ScaleRules::budgets),
          new Rule<>(
              Symptom.blocks(
                  "quota-has-no-room",
                  "A release runs both versions beside each other, and not even one pod more may be made.",
                  "kubectl -n <namespace> patch resourcequota <name> --type=merge -p"
                      + " '{\"spec\":{\"hard\":{\"<resource>\":\"<more>\"}}}'"),
              ScaleRules::quotas));

  private ScaleRules() {}

  private static List<HorizontalPodAutoscaler> of(Patient p) {
    return p.space().of(HorizontalPodAutoscaler.class).stream()
        .filter(
            h ->
                "Deployment".equals(h.getSpec().getScaleTargetRef().getKind())
                    && p.name().equals(h.getSpec().getScaleTargetRef().getName()))
        .sorted(
            Comparator.comparing(
                    (HorizontalPodAutoscaler h) -> h.getMetadata().getCreationTimestamp())
                .thenComparing(h -> h.getMetadata().getName()))
        .toList();
  }

  private static Stream<Found> autoscalers(Patient p) {
    List<HorizontalPodAutoscaler> all = of(p);
    return all.stream()
        .skip(1)
        .map(
            h ->
                p.found(
                    h,
                    "It scales %s, and so does the HorizontalPodAutoscaler %s."
                        .formatted(p.name(), all.getFirst().getMetadata().getName())));
  }

  private static Stream<Found> maximum(Patient p) {
    int replicas =
        p.deployment().flatMap(d -> Optional.ofNullable(d.getSpec().getReplicas())).orElse(0);
    return of(p).stream()
        .filter(h -> replicas > 0 && replicas >= h.getSpec().getMaxReplicas())
        .map(
            h ->
                p.found(
                    h,
                    "%s has %d replicas, and this allows %d at most."
                        .formatted(p.name(), replicas, h.getSpec().getMaxReplicas()),
                    Map.of("more", String.valueOf(2 * replicas))));
  }

  private static Stream<Found> multiplies(Patient p) {
    return of(p).stream()
        .filter(
            h ->
                Optional.ofNullable(h.getSpec().getMetrics()).orElse(List.of()).stream()
                    .anyMatch(
                        m ->
                            (m.getObject() != null
                                    && "Value".equals(m.getObject().getTarget().getType()))
                                || (m.getExternal() != null
                                    && "Value".equals(m.getExternal().getTarget().getType()))))
        .map(h -> p.found(h, "It has a target of type Value."));
  }

  /** Those of the pods, without the copy that a candidate gets. */
  private static List<PodDisruptionBudget> covering(Patient p) {
    return p.space().of(PodDisruptionBudget.class).stream()
        .filter(b -> !b.getMetadata().getName().equals(p.candidate()))
        .filter(b -> b.getSpec().getSelector() != null && p.selectedBy(b.getSpec().getSelector()))
        .sorted(
            Comparator.comparing((PodDisruptionBudget b) -> b.getMetadata().getCreationTimestamp())
                .thenComparing(b -> b.getMetadata().getName()))
        .toList();
  }

  /** By what it asks for, not by pods that are down just now. */
  private static Stream<Found> rigid(Patient p) {
    return covering(p).stream()
        .filter(b -> b.getStatus() != null && b.getStatus().getExpectedPods() != null)
        .filter(
            b ->
                b.getStatus().getExpectedPods() > 0
                    && b.getStatus().getDesiredHealthy() != null
                    && b.getStatus().getDesiredHealthy() >= b.getStatus().getExpectedPods())
        .map(
            b ->
                p.found(
                    b,
                    "It wants %d of %d pods to be healthy, so none may be evicted."
                        .formatted(
                            b.getStatus().getDesiredHealthy(), b.getStatus().getExpectedPods())));
  }

  private static Stream<Found> budgets(Patient p) {
    List<PodDisruptionBudget> all = covering(p);
    return all.stream()
        .skip(1)
        .map(
            b ->
                p.found(
                    b,
                    "It covers the pods of %s, and so does the PodDisruptionBudget %s."
                        .formatted(p.name(), all.getFirst().getMetadata().getName())));
  }

  /** While a release runs its pods are counted already. */
  private static Stream<Found> quotas(Patient p) {
    return p.running() || p.deployment().isEmpty()
        ? Stream.empty()
        : p.space().of(ResourceQuota.class).stream()
            .filter(q -> q.getStatus() != null && q.getStatus().getHard() != null)
            .flatMap(q -> full(p, q, p.deployment().get()));
  }

  private static Stream<Found> full(Patient p, ResourceQuota quota, Deployment deployment) {
    Map<String, Quantity> used = Optional.ofNullable(quota.getStatus().getUsed()).orElse(Map.of());
    return quota.getStatus().getHard().entrySet().stream()
        .flatMap(
            hard -> {
              BigDecimal pod = ofOnePod(hard.getKey(), deployment);
              BigDecimal now =
                  Optional.ofNullable(used.get(hard.getKey()))
                      .map(Quantity::getNumericalAmount)
                      .orElse(BigDecimal.ZERO);
              int replicas = Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1);
              return pod.signum() > 0
                      && now.add(pod).compareTo(hard.getValue().getNumericalAmount()) > 0
                  ? Stream.of(
                      p.found(
                          quota,
                          "Of %s %s are allowed, and %s are used."
                              .formatted(
                                  hard.getKey(),
                                  hard.getValue(),
                                  Optional.ofNullable(used.get(hard.getKey()))
                                      .map(Quantity::toString)
                                      .orElse("0")),
                          Map.of(
                              "resource",
                              hard.getKey(),
                              "more",
                              now.add(pod.multiply(BigDecimal.valueOf(replicas)))
                                  .setScale(3, RoundingMode.UP)
                                  .stripTrailingZeros()
                                  .toPlainString())))
                  : Stream.empty();
            });
  }

  private static BigDecimal ofOnePod(String resource, Deployment deployment) {
    List<Container> containers = deployment.getSpec().getTemplate().getSpec().getContainers();
    return switch (resource) {
      case "pods", "count/pods" -> BigDecimal.ONE;
      case "cpu", "requests.cpu" -> sum(containers, "cpu", ResourceRequirements::getRequests);
      case "memory", "requests.memory" ->
          sum(containers, "memory", ResourceRequirements::getRequests);
      case "limits.cpu" -> sum(containers, "cpu", ResourceRequirements::getLimits);
      case "limits.memory" -> sum(containers, "memory", ResourceRequirements::getLimits);
      default -> BigDecimal.ZERO;
    };
  }

  private static BigDecimal sum(
      List<Container> containers,
      String resource,
      Function<ResourceRequirements, Map<String, Quantity>> of) {
    return containers.stream()
        .flatMap(c -> Optional.ofNullable(c.getResources()).stream())
        .flatMap(r -> Optional.ofNullable(of.apply(r)).stream())
        .flatMap(all -> Optional.ofNullable(all.get(resource)).stream())
        .map(Quantity::getNumericalAmount)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
