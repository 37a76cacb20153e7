package dev.sluice.kubernetes;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kubernetes' label selectors (apimachinery/pkg/labels). */
public final class Selectors {
  private Selectors() {}

  public static boolean selects(LabelSelector selector, Map<String, String> labels) {
    return selects(Optional.ofNullable(selector.getMatchLabels()).orElse(Map.of()), labels)
        && Optional.ofNullable(selector.getMatchExpressions()).orElse(List.of()).stream()
            .allMatch(r -> holds(r, labels));
  }

  /** Every pair is there; an empty selector selects everything. */
  public static boolean selects(Map<String, String> pairs, Map<String, String> labels) {
    return labels.entrySet().containsAll(pairs.entrySet());
  }

  /** As its user wrote it: a pin says which version's pods, and not whose. */
  public static LabelSelector unpinned(LabelSelector selector) {
    return selector.edit().removeFromMatchLabels(Marks.HASH).build();
  }

  private static boolean holds(LabelSelectorRequirement r, Map<String, String> labels) {
    boolean there = labels.containsKey(r.getKey());
    boolean among = there && r.getValues().contains(labels.get(r.getKey()));
    return switch (r.getOperator()) {
      case "In" -> among;
      case "NotIn" -> !among;
      case "Exists" -> there;
      case "DoesNotExist" -> !there;
      default -> false;
    };
  }
}
