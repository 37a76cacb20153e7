package dev.sluice.sim.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.Map;
import java.util.Optional;

/** Which objects a selector means. Expressions are not used in this world. */
public final class Labels {
  private Labels() {}

  public static boolean selects(LabelSelector selector, HasMetadata object) {
    return selects(Optional.ofNullable(selector.getMatchLabels()).orElse(Map.of()), object);
  }

  /** An empty selector means nothing here, as a Service's does. */
  public static boolean selects(Map<String, String> pairs, HasMetadata object) {
    Map<String, String> labels = of(object);
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      if (!pair.getValue().equals(labels.get(pair.getKey()))) {
        return false;
      }
    }
    return !pairs.isEmpty();
  }

  public static Map<String, String> of(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels()).orElse(Map.of());
  }

  static Map<String, String> annotations(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getAnnotations()).orElse(Map.of());
  }
}
