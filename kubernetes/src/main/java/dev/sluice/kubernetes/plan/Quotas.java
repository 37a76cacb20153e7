package dev.sluice.kubernetes.plan;

import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LimitRangeItem;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Whether the namespace's ResourceQuotas and LimitRanges leave room for both versions. */
final class Quotas {
  private Quotas() {}

  static List<Obstacle> of(Need need, List<ResourceQuota> quotas, List<LimitRange> ranges) {
    List<Obstacle> found = new ArrayList<>();
    for (ResourceQuota quota : quotas) {
      if (Optional.ofNullable(quota.getSpec().getScopes()).orElse(List.of()).isEmpty()
          && quota.getSpec().getScopeSelector() == null) {
        left(quota).forEach((key, left) -> quota(need, quota, ranges, key, left, found));
      } else {
        found.add(
            Obstacle.toKnow(
                "The ResourceQuota %s is for some pods alone (it has scopes); whether it is for these was not looked at.",
                quota.getMetadata().getName()));
      }
    }
    ranges.forEach(range -> limits(need, range, found));
    return found;
  }

  /** What is not used, by what is limited. */
  private static Map<String, BigDecimal> left(ResourceQuota quota) {
    Map<String, BigDecimal> left = new TreeMap<>();
    Map<String, Quantity> hard = Optional.ofNullable(quota.getSpec().getHard()).orElse(Map.of());
    Map<String, Quantity> used =
        Optional.ofNullable(quota.getStatus())
            .flatMap(s -> Optional.ofNullable(s.getUsed()))
            .orElse(Map.of());
    hard.forEach(
        (key, most) ->
            left.put(
                key,
                most.getNumericalAmount()
                    .subtract(
                        Optional.ofNullable(used.get(key))
                            .map(Quantity::getNumericalAmount)
                            .orElse(BigDecimal.ZERO))));
    return left;
  }

  private static void quota(
      Need need,
      ResourceQuota quota,
      List<LimitRange> ranges,
      String key,
      BigDecimal left,
      List<Obstacle> out) {
    String name = quota.getMetadata().getName();
    Optional<String> resource = resource(key);
    if (resource.isEmpty()) {
      return;
    }
    boolean pods = resource.get().equals("pods");
    Optional<BigDecimal> one =
        pods ? Optional.of(BigDecimal.ONE) : asked(need, ranges, key, resource.get());
    if (one.isEmpty()) {
      out.add(
          Obstacle.blocking(
              "The ResourceQuota %s limits %s, and the pods say none, so none is let in. Give the containers %s.",
              name, key, key.startsWith("limits.") ? "limits" : "requests"));
      return;
    }
    BigDecimal more = one.get().multiply(BigDecimal.valueOf(need.more()));
    if (more.compareTo(left) > 0) {
      out.add(
          Obstacle.blocking(
              "The ResourceQuota %s has %s of %s left, and a release needs %s more at its peak (%d pods more). Raise %s by %s.",
              name,
              PodRequests.words(key, left),
              key,
              PodRequests.words(key, more),
              need.more(),
              key,
              PodRequests.words(key, more.subtract(left))));
    }
  }

  /** Which resource a quota's key is about; empty: it is not about what pods ask for. */
  private static Optional<String> resource(String key) {
    return switch (key) {
      case "pods", "count/pods" -> Optional.of("pods");
      case "cpu", "requests.cpu", "limits.cpu" -> Optional.of("cpu");
      case "memory", "requests.memory", "limits.memory" -> Optional.of("memory");
      default -> Optional.empty();
    };
  }

  private static Optional<BigDecimal> asked(
      Need need, List<LimitRange> ranges, String key, String resource) {
    PodRequests pod = need.perPod();
    boolean limits = key.startsWith("limits.");
    Map<String, BigDecimal> said = limits ? pod.limits() : pod.requests();
    return Optional.ofNullable(said.get(resource))
        .or(
            () ->
                byDefault(ranges, limits, resource)
                    .map(
                        each ->
                            each.multiply(BigDecimal.valueOf(need.pod().getContainers().size()))));
  }

  /** Of a container that says nothing. */
  private static Optional<BigDecimal> byDefault(
      List<LimitRange> ranges, boolean limits, String resource) {
    return containers(ranges)
        .map(
            i ->
                limits || i.getDefaultRequest() == null || i.getDefaultRequest().isEmpty()
                    ? i.getDefault()
                    : i.getDefaultRequest())
        .flatMap(d -> Optional.ofNullable(d).map(m -> m.get(resource)).stream())
        .map(Quantity::getNumericalAmount)
        .findFirst();
  }

  private static Stream<LimitRangeItem> containers(List<LimitRange> ranges) {
    return ranges.stream()
        .flatMap(r -> r.getSpec().getLimits().stream())
        .filter(i -> "Container".equals(i.getType()));
  }

  private static void limits(Need need, LimitRange range, List<Obstacle> out) {
    String name = range.getMetadata().getName();
    for (LimitRangeItem item : range.getSpec().getLimits()) {
      if (!"Pod".equals(item.getType()) || item.getMax() == null) {
        continue;
      }
      item.getMax()
          .forEach(
              (resource, most) -> {
                BigDecimal limit = need.perPod().limits().get(resource);
                if (limit != null && limit.compareTo(most.getNumericalAmount()) > 0) {
                  out.add(
                      Obstacle.blocking(
                          "The LimitRange %s allows a pod %s of %s, and these pods have %s. Lower their limits, or raise it.",
                          name,
                          PodRequests.words(resource, most.getNumericalAmount()),
                          resource,
                          PodRequests.words(resource, limit)));
                }
              });
    }
  }
}
