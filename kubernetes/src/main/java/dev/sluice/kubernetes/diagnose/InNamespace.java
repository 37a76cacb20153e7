package dev.sluice.kubernetes.diagnose;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What there is in one namespace.
 *
 * @param kinds by the class of their objects; ReleasePolicies are the only ones without a class of
 *     their own
 * @param at when it was looked at
 */
record InNamespace(String name, Map<Class<?>, Seen<?>> kinds, Instant at) {
  InNamespace {
    kinds = Map.copyOf(kinds);
  }

  /** Of a kind that was not looked for nothing is known. */
  @SuppressWarnings("unchecked")
  <T extends HasMetadata> Seen<T> of(Class<T> kind) {
    return (Seen<T>)
        kinds.getOrDefault(kind, Seen.not(kind.getSimpleName() + " was not looked for."));
  }

  Seen<GenericKubernetesResource> policies() {
    return of(GenericKubernetesResource.class);
  }

  Optional<Deployment> deployment(String called) {
    return of(Deployment.class).stream()
        .filter(d -> d.getMetadata().getName().equals(called))
        .findFirst();
  }
}
