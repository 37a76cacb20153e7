package dev.sluice.sim;

import dev.sluice.kubernetes.admission.AdmissionPolicies;
import dev.sluice.sim.api.ApiError;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Key;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sluice's admission policies as objects: an administrator installs them, and others touch them.
 */
final class Policies {
  private static final List<GenericKubernetesResource> SHIPPED =
      AdmissionPolicies.all("sluice-system", Optional.empty());
  private static final List<String> NAMES =
      SHIPPED.stream().map(o -> o.getMetadata().getName()).distinct().toList();

  static final Set<String> ALL = Set.copyOf(NAMES);

  private final ApiServer server;

  Policies(ApiServer server) {
    this.server = server;
  }

  /** All are there as they are shipped, also those that somebody has changed. */
  void install() {
    SHIPPED.forEach(this::put);
  }

  private void put(GenericKubernetesResource shipped) {
    try {
      if (server.get(Key.of(shipped)).isEmpty()) {
        var _ = server.create(Simulation.person(), shipped);
      } else if (!intact(shipped)) {
        var _ = server.update(Simulation.person(), server.json().clone(shipped));
      }
    } catch (ApiError e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean intact(GenericKubernetesResource shipped) {
    Optional<HasMetadata> there = server.get(Key.of(shipped));
    return there.isPresent()
        && ((GenericKubernetesResource) there.get())
            .<Object>get("spec")
            .equals(shipped.<Object>get("spec"));
  }

  /** Their names, as far as they or their bindings are away or changed. */
  Set<String> away() {
    return SHIPPED.stream()
        .filter(o -> !intact(o))
        .map(o -> o.getMetadata().getName())
        .collect(Collectors.toSet());
  }

  /**
   * Somebody who should not.
   *
   * @param edited the policies match nothing any more; else their bindings are deleted
   */
  void touch(int which, boolean edited) {
    Set<String> names = which < NAMES.size() ? Set.of(NAMES.get(which)) : ALL;
    for (GenericKubernetesResource one : SHIPPED) {
      boolean binding = one.getKind().endsWith("Binding");
      if (names.contains(one.getMetadata().getName()) && binding != edited) {
        try {
          if (edited) {
            var _ = server.update(Simulation.person(), neutered(one));
          } else {
            server.delete(Simulation.person(), Key.of(one), Optional.empty());
          }
        } catch (ApiError e) {
          // It is away already.
        }
      }
    }
  }

  private GenericKubernetesResource neutered(GenericKubernetesResource policy) {
    GenericKubernetesResource next = server.json().clone(policy);
    Map<String, Object> spec = new HashMap<>(next.<Map<String, Object>>get("spec"));
    spec.put("matchConditions", List.of(Map.of("name", "never", "expression", "false")));
    next.setAdditionalProperty("spec", spec);
    return next;
  }
}
