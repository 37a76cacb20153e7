package dev.sluice.kubernetes.plan;

import dev.sluice.kubernetes.Selectors;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether nodes have room for both versions, by the sum of what their pods ask for. Coarse: node
 * selectors and taints are looked at, node affinity, spreading and volumes are not.
 */
final class Nodes {
  private static final Set<String> KEEPS_OUT = Set.of("NoSchedule", "NoExecute");

  private Nodes() {}

  /**
   * @param all pods of all namespaces
   */
  static List<Obstacle> of(Need need, List<Node> nodes, List<Pod> all) {
    List<Node> open = nodes.stream().filter(n -> takes(n, need.pod())).toList();
    List<Obstacle> found = new ArrayList<>();
    room(need, open, all).ifPresent(found::add);
    apart(need, open).forEach(found::add);
    return found;
  }

  private static Optional<Obstacle> room(Need need, List<Node> open, List<Pod> all) {
    Map<String, Map<String, BigDecimal>> used = new HashMap<>();
    for (Pod pod : all) {
      String node = pod.getSpec().getNodeName();
      if (node != null && runs(pod)) {
        Map<String, BigDecimal> of = used.computeIfAbsent(node, _ -> new TreeMap<>());
        PodRequests.of(pod.getSpec()).requests().forEach((k, v) -> of.merge(k, v, BigDecimal::add));
        of.merge("pods", BigDecimal.ONE, BigDecimal::add);
      }
    }
    long fit =
        open.stream()
            .mapToLong(
                n -> fitting(need, n, used.getOrDefault(n.getMetadata().getName(), Map.of())))
            .sum();
    return fit >= need.more()
        ? Optional.empty()
        : Optional.of(
            Obstacle.blocking(
                "%d nodes take these pods, and by what pods ask for they have room for %d more; a release needs %d more at its peak. Add nodes, or see that an autoscaler of nodes does (not looked at: node affinity, spreading, volumes).",
                open.size(), fit, need.more()));
  }

  /** So many more of these pods. */
  private static long fitting(Need need, Node node, Map<String, BigDecimal> used) {
    Map<String, BigDecimal> asked = new TreeMap<>(need.perPod().requests());
    asked.put("pods", BigDecimal.ONE);
    long least = Long.MAX_VALUE;
    for (Map.Entry<String, BigDecimal> one : asked.entrySet()) {
      if (one.getValue().signum() > 0) {
        BigDecimal free =
            allocatable(node, one.getKey())
                .subtract(used.getOrDefault(one.getKey(), BigDecimal.ZERO));
        least =
            Math.min(
                least, Math.max(0, free.divide(one.getValue(), 0, RoundingMode.FLOOR).longValue()));
      }
    }
    return least;
  }

  private static BigDecimal allocatable(Node node, String resource) {
    return Optional.ofNullable(node.getStatus())
        .flatMap(s -> Optional.ofNullable(s.getAllocatable()))
        .flatMap(a -> Optional.ofNullable(a.get(resource)))
        .map(Quantity::getNumericalAmount)
        .orElse(BigDecimal.ZERO);
  }

  private static boolean runs(Pod pod) {
    String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
    return !"Succeeded".equals(phase) && !"Failed".equals(phase);
  }

  private static boolean takes(Node node, PodSpec pod) {
    boolean closed = Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    boolean selected =
        Selectors.selects(
            Optional.ofNullable(pod.getNodeSelector()).orElse(Map.of()), labels(node));
    return !closed
        && selected
        && Optional.ofNullable(node.getSpec().getTaints()).orElse(List.of()).stream()
            .filter(t -> KEEPS_OUT.contains(t.getEffect()))
            .allMatch(t -> tolerated(t, pod));
  }

  private static boolean tolerated(Taint taint, PodSpec pod) {
    return Optional.ofNullable(pod.getTolerations()).orElse(List.of()).stream()
        .anyMatch(t -> tolerates(t, taint));
  }

  private static boolean tolerates(Toleration t, Taint taint) {
    boolean effect =
        t.getEffect() == null || t.getEffect().isEmpty() || t.getEffect().equals(taint.getEffect());
    boolean everything = t.getKey() == null || t.getKey().isEmpty();
    boolean key = everything || t.getKey().equals(taint.getKey());
    boolean value =
        "Exists".equals(t.getOperator())
            || Optional.ofNullable(t.getValue())
                .orElse("")
                .equals(Optional.ofNullable(taint.getValue()).orElse(""));
    return effect && key && value;
  }

  /** Pods that keep away from each other need a node, or a zone, each; both versions do. */
  private static List<Obstacle> apart(Need need, List<Node> open) {
    List<Obstacle> found = new ArrayList<>();
    for (PodAffinityTerm term : required(need.pod())) {
      if (term.getLabelSelector() != null
          && Selectors.selects(term.getLabelSelector(), need.labels())) {
        Set<String> places = new HashSet<>();
        open.forEach(
            n -> Optional.ofNullable(labels(n).get(term.getTopologyKey())).ifPresent(places::add));
        if (places.size() < need.most()) {
          found.add(
              Obstacle.blocking(
                  "The pods must not share a %s with each other, so both versions together need %d of them, and %d take these pods. Make the anti-affinity preferred, or let it look at pod-template-hash (matchLabelKeys).",
                  term.getTopologyKey(), need.most(), places.size()));
        }
      }
    }
    return found;
  }

  private static List<PodAffinityTerm> required(PodSpec pod) {
    return Optional.ofNullable(pod.getAffinity())
        .flatMap(a -> Optional.ofNullable(a.getPodAntiAffinity()))
        .map(a -> a.getRequiredDuringSchedulingIgnoredDuringExecution())
        .orElse(List.of())
        .stream()
        .filter(t -> Optional.ofNullable(t.getMatchLabelKeys()).orElse(List.of()).isEmpty())
        .toList();
  }

  private static Map<String, String> labels(Node node) {
    return Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
  }
}
