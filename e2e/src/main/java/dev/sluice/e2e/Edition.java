package dev.sluice.e2e;

import java.util.Map;
import java.util.TreeMap;

/**
 * A version of the order service, as its developers are about to deploy it.
 *
 * @param version {@code v1}, {@code v2} or {@code v3}: the image's tag, and what the pods say they
 *     are
 * @param faults variables of the pod template; see the service's settings for names and units
 * @param config the same, in a ConfigMap that is named by its content's hash; empty: there is none
 */
public record Edition(String version, Map<String, String> faults, Map<String, String> config) {
  public Edition {
    faults = Map.copyOf(faults);
    config = Map.copyOf(config);
  }

  public static Edition of(String version) {
    return new Edition(version, Map.of(), Map.of());
  }

  /** {@code with("ERRORS", 0.1)}: a tenth of the orders is answered 500. */
  public Edition with(String variable, Object value) {
    return new Edition(version, and(faults, variable, value), config);
  }

  /** The same service by another template: what was aborted is not released again as it is. */
  public Edition round(int number) {
    return with("ROUND", number);
  }

  /** As {@link #with}, by way of the ConfigMap. */
  public Edition configured(String variable, Object value) {
    return new Edition(version, faults, and(config, variable, value));
  }

  private static Map<String, String> and(Map<String, String> some, String name, Object value) {
    Map<String, String> more = new TreeMap<>(some);
    more.put(name, value.toString());
    return more;
  }
}
