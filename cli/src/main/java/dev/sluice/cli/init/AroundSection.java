package dev.sluice.cli.init;

import dev.sluice.cli.cluster.Surroundings;
import dev.sluice.engine.capacity.Need;
import dev.sluice.engine.model.Capacity;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.world.Traffic;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What stands around the pods, and what it means for a release. */
final class AroundSection {
  private final Sheet sheet;
  private final Surroundings around;

  AroundSection(Sheet sheet, Surroundings around) {
    this.sheet = sheet;
    this.around = around;
  }

  void write() {
    sheet.line("  # Around it:");
    room();
    autoscalers();
    budgets();
    ports();
  }

  private int replicas() {
    return Optional.ofNullable(around.deployment().getSpec().getReplicas()).orElse(1);
  }

  private void room() {
    int beside =
        Need.pods(
            Share.ALL, replicas(), Traffic.unknown(), new Capacity(OptionalDouble.empty(), 1, 0));
    if (replicas() > 0) {
      sheet.line(
          "  # - Before all users are moved %s of the new version must run beside %d of the old: nodes and quotas need room for that.",
          beside == 1 ? "1 pod" : beside + " pods", replicas());
    }
  }

  private void autoscalers() {
    List<HorizontalPodAutoscaler> all = around.autoscalers();
    if (all.isEmpty()) {
      sheet.line(
          "  # - No HorizontalPodAutoscaler: the old version keeps its size until the new one has taken over.");
    }
    if (all.size() > 1) {
      sheet.note(
          "%d HorizontalPodAutoscalers scale this Deployment (%s): each undoes what the other does, in a release as at any time. Keep one."
              .formatted(
                  all.size(),
                  all.stream()
                      .map(a -> a.getMetadata().getName())
                      .collect(Collectors.joining(", "))));
    }
    all.forEach(this::autoscaler);
  }

  private void autoscaler(HorizontalPodAutoscaler autoscaler) {
    String name = autoscaler.getMetadata().getName();
    int max = autoscaler.getSpec().getMaxReplicas();
    sheet.line(
        "  # - HorizontalPodAutoscaler %s (%d to %d pods) stays as it is. It measures both versions together and so",
        name, Optional.ofNullable(autoscaler.getSpec().getMinReplicas()).orElse(1), max);
    sheet.line(
        "  #   keeps the old one able to take everybody back; the new one is sized by its share.");
    if (replicas() >= max) {
      sheet.note(
          "HorizontalPodAutoscaler %s is at its maximum of %d pods: it can add none if demand grows while a release runs. Raise maxReplicas, or release at a quieter time."
              .formatted(name, max));
    }
    if (multiplies(autoscaler)) {
      sheet.note(
          "HorizontalPodAutoscaler %s has a target of type Value, which it multiplies by the pods of both versions: it will ask for more than is needed while a release runs. AverageValue does not."
              .formatted(name));
    }
  }

  private static boolean multiplies(HorizontalPodAutoscaler autoscaler) {
    return Optional.ofNullable(autoscaler.getSpec().getMetrics()).orElse(List.of()).stream()
        .anyMatch(
            m ->
                (m.getObject() != null && "Value".equals(m.getObject().getTarget().getType()))
                    || (m.getExternal() != null
                        && "Value".equals(m.getExternal().getTarget().getType())));
  }

  private void budgets() {
    List<PodDisruptionBudget> all = around.budgets();
    if (all.isEmpty()) {
      sheet.note(
          "No PodDisruptionBudget covers the pods: a drained node may take all pods of one version at once, in a release as at any time.");
    }
    if (all.size() > 1) {
      sheet.note(
          "%d PodDisruptionBudgets cover the same pods (%s), and Kubernetes then evicts none of them: nodes cannot be drained. Keep one."
              .formatted(
                  all.size(),
                  all.stream()
                      .map(b -> b.getMetadata().getName())
                      .collect(Collectors.joining(", "))));
    }
    for (PodDisruptionBudget budget : all) {
      sheet.line(
          "  # - PodDisruptionBudget %s is pinned with the Services; the new version gets a copy while it has none.",
          budget.getMetadata().getName());
      if (allowsNone(budget)) {
        sheet.note(
            "PodDisruptionBudget %s never allows a pod to be taken away: no node with one of them can be drained, and the new version's copy says the same. maxUnavailable: 1 suits most."
                .formatted(budget.getMetadata().getName()));
      }
    }
  }

  /** By what it asks for, not by what is so at the moment. */
  private boolean allowsNone(PodDisruptionBudget budget) {
    IntOrString most = budget.getSpec().getMaxUnavailable();
    IntOrString least = budget.getSpec().getMinAvailable();
    boolean none = most != null && (is(most, 0) || "0%".equals(most.getStrVal()));
    boolean all =
        least != null
            && ("100%".equals(least.getStrVal())
                || (least.getIntVal() != null && least.getIntVal() >= replicas()));
    return none || all;
  }

  private static boolean is(IntOrString value, int number) {
    return value.getIntVal() != null && value.getIntVal() == number;
  }

  /** A port by a name that no container has leads nowhere. */
  private void ports() {
    List<String> declared =
        Places.ports(around.deployment()).stream()
            .map(ContainerPort::getName)
            .filter(Objects::nonNull)
            .toList();
    for (Service service : around.services()) {
      for (ServicePort port :
          Optional.ofNullable(service.getSpec().getPorts()).orElse(List.<ServicePort>of())) {
        IntOrString target = port.getTargetPort();
        if (target != null
            && target.getStrVal() != null
            && !declared.contains(target.getStrVal())) {
          sheet.note(
              "The Service %s sends to the port named %s, which no container declares: nobody answers there."
                  .formatted(service.getMetadata().getName(), target.getStrVal()));
        }
      }
    }
  }
}
