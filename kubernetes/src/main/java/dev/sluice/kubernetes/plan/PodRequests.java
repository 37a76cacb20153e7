package dev.sluice.kubernetes.plan;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a pod asks for: the sum of its containers, or the greatest of those that run before them,
 * and what its runtime adds.
 *
 * @param requests by resource: cores, bytes, or a count
 * @param limits the same
 */
public record PodRequests(Map<String, BigDecimal> requests, Map<String, BigDecimal> limits) {
  private static final BigDecimal MILLI = BigDecimal.valueOf(1000);
  private static final BigDecimal MEBI = BigDecimal.valueOf(1 << 20);

  public PodRequests {
    requests = Map.copyOf(requests);
    limits = Map.copyOf(limits);
  }

  /** A limit without a request is its request, too, as the API server has it. */
  public static PodRequests of(PodSpec pod) {
    return new PodRequests(
        summed(
            pod,
            r -> {
              Map<String, Quantity> all = new TreeMap<>(nullToEmpty(r.getLimits()));
              all.putAll(nullToEmpty(r.getRequests()));
              return all;
            }),
        summed(pod, r -> nullToEmpty(r.getLimits())));
  }

  private static Map<String, BigDecimal> summed(
      PodSpec pod, Function<ResourceRequirements, Map<String, Quantity>> read) {
    Map<String, BigDecimal> sum = new TreeMap<>();
    Map<String, BigDecimal> before = new TreeMap<>();
    for (Container container : pod.getContainers()) {
      of(container, read).forEach((k, v) -> sum.merge(k, v, BigDecimal::add));
    }
    for (Container first : nullToEmpty(pod.getInitContainers())) {
      boolean stays = "Always".equals(first.getRestartPolicy());
      of(first, read)
          .forEach(
              (k, v) -> {
                if (stays) {
                  sum.merge(k, v, BigDecimal::add);
                } else {
                  before.merge(k, v, BigDecimal::max);
                }
              });
    }
    before.forEach((k, v) -> sum.merge(k, v, BigDecimal::max));
    Optional.ofNullable(pod.getOverhead())
        .orElse(Map.of())
        .forEach((k, v) -> sum.merge(k, v.getNumericalAmount(), BigDecimal::add));
    return sum;
  }

  private static Map<String, BigDecimal> of(
      Container container, Function<ResourceRequirements, Map<String, Quantity>> read) {
    Map<String, BigDecimal> all = new TreeMap<>();
    if (container.getResources() != null) {
      read.apply(container.getResources()).forEach((k, v) -> all.put(k, v.getNumericalAmount()));
    }
    return all;
  }

  /** As people write it: {@code 500m cpu, 256Mi memory}; empty where nothing is asked for. */
  public String words(int pods) {
    return String.join(
        ", ",
        List.of("cpu", "memory").stream()
            .filter(requests::containsKey)
            .map(r -> words(r, requests.getOrDefault(r, BigDecimal.ZERO), pods) + " " + r)
            .toList());
  }

  private static String words(String resource, BigDecimal one, int pods) {
    return words(resource, one.multiply(BigDecimal.valueOf(pods)));
  }

  /** One amount as people write it. */
  static String words(String resource, BigDecimal amount) {
    if (resource.endsWith("memory")) {
      return amount.divide(MEBI, 0, RoundingMode.CEILING).toPlainString() + "Mi";
    }
    if (resource.endsWith("cpu")) {
      BigDecimal milli = amount.multiply(MILLI).setScale(0, RoundingMode.CEILING);
      return milli.remainder(MILLI).signum() == 0
          ? milli.divide(MILLI, 0, RoundingMode.CEILING).toPlainString()
          : milli.toPlainString() + "m";
    }
    return amount.stripTrailingZeros().toPlainString();
  }

  private static <V> Map<String, V> nullToEmpty(@Nullable Map<String, V> map) {
    return map == null ? Map.of() : map;
  }

  private static <V> List<V> nullToEmpty(@Nullable List<V> list) {
    return list == null ? List.of() : list;
  }
}
