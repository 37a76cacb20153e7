package dev.sluice.e2e;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the developers of a shop wrote into its objects. */
final class WrittenByUsers {
  private WrittenByUsers() {}

  /** Spec, labels and annotations of all objects, without what Kubernetes itself adds. */
  static Map<String, Object> in(KubernetesClient admin, String namespace) {
    Map<String, Object> all = new HashMap<>();
    Stream.<HasMetadata>of(
            admin.services().inNamespace(namespace).withName(Shop.NAME).get(),
            admin
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withName(Shop.NAME)
                .get(),
            admin.network().v1().ingresses().inNamespace(namespace).withName(Shop.NAME).get(),
            admin.resources(HTTPRoute.class).inNamespace(namespace).withName(Shop.NAME).get(),
            admin
                .autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(namespace)
                .withName(Shop.NAME)
                .get(),
            admin.apps().deployments().inNamespace(namespace).withName(Shop.NAME).get())
        .filter(Objects::nonNull)
        .forEach(
            object -> {
              Map<?, ?> fields = admin.getKubernetesSerialization().convertValue(object, Map.class);
              String kind = object.getKind();
              all.put(kind + " spec", fields.get("spec"));
              all.put(kind + " labels", String.valueOf(object.getMetadata().getLabels()));
              Map<String, String> annotations = new HashMap<>();
              Optional.ofNullable(object.getMetadata().getAnnotations())
                  .ifPresent(annotations::putAll);
              annotations.remove("deployment.kubernetes.io/revision");
              all.put(kind + " annotations", annotations);
            });
    return all;
  }
}
