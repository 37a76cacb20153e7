package dev.sluice.cli.init;

import dev.sluice.cli.cluster.Surroundings;
import dev.sluice.cli.init.Place.From;
import dev.sluice.kubernetes.Selectors;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the Prometheus operator's monitors of the namespace say of the pods' metrics. Those of other
 * namespaces, by https, or with a port that nobody declares say nothing here.
 */
final class Monitors {
  private static final int MOST = 200;

  private final Surroundings around;

  Monitors(Surroundings around) {
    this.around = around;
  }

  /** None where the cluster does not know monitors, or they may not be looked at. */
  static List<Place> places(KubernetesClient client, Surroundings around) {
    Monitors monitors = new Monitors(around);
    return Stream.concat(
            list(client, around, "ServiceMonitor", "servicemonitors").stream()
                .flatMap(monitors::byService),
            list(client, around, "PodMonitor", "podmonitors").stream().flatMap(monitors::byPod))
        .distinct()
        .toList();
  }

  /** What it cannot see is no more than one hint less. */
  private static List<GenericKubernetesResource> list(
      KubernetesClient client, Surroundings around, String kind, String plural) {
    try {
      return client
          .genericKubernetesResources(
              new ResourceDefinitionContext.Builder()
                  .withGroup("monitoring.coreos.com")
                  .withVersion("v1")
                  .withKind(kind)
                  .withPlural(plural)
                  .withNamespaced(true)
                  .build())
          .inNamespace(around.namespace())
          .list(new ListOptionsBuilder().withLimit((long) MOST).build())
          .getItems();
    } catch (KubernetesClientException e) {
      return List.of();
    }
  }

  Stream<Place> byService(GenericKubernetesResource monitor) {
    return around.services().stream()
        .filter(service -> selects(monitor, service.getMetadata().getLabels()))
        .flatMap(
            service ->
                maps(monitor, "endpoints").stream()
                    .flatMap(endpoint -> place(endpoint, ofService(service, endpoint)).stream()));
  }

  Stream<Place> byPod(GenericKubernetesResource monitor) {
    Map<String, String> labels =
        around.deployment().getSpec().getTemplate().getMetadata().getLabels();
    return selects(monitor, labels)
        ? maps(monitor, "podMetricsEndpoints").stream()
            .flatMap(endpoint -> place(endpoint, ofPod(endpoint.get("port"))).stream())
        : Stream.empty();
  }

  private static boolean selects(GenericKubernetesResource monitor, Map<String, String> labels) {
    Object selector = monitor.get("spec", "selector");
    if (selector == null || labels == null) {
      return false;
    }
    try {
      LabelSelector read =
          new KubernetesSerialization().convertValue(selector, LabelSelector.class);
      return Selectors.selects(read, labels);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Optional<Place> place(Map<String, Object> endpoint, Optional<Integer> named) {
    Optional<Integer> port =
        named
            .or(() -> container(endpoint.get("targetPort")))
            .or(() -> container(endpoint.get("portNumber")));
    boolean secret = "https".equals(endpoint.get("scheme"));
    String path = endpoint.get("path") instanceof String said ? said : Places.USUAL;
    return port.filter(_ -> !secret).map(p -> new Place(p, path, From.MONITOR));
  }

  private Optional<Integer> ofService(Service service, Map<String, Object> endpoint) {
    Object name = endpoint.get("port");
    return Optional.ofNullable(service.getSpec().getPorts()).orElse(List.of()).stream()
        .filter(port -> name != null && name.equals(port.getName()))
        .findFirst()
        .flatMap(this::target);
  }

  private Optional<Integer> target(ServicePort port) {
    IntOrString target = port.getTargetPort();
    return target == null
        ? Optional.ofNullable(port.getPort())
        : target.getStrVal() == null
            ? Optional.ofNullable(target.getIntVal())
            : ofPod(target.getStrVal());
  }

  private Optional<Integer> ofPod(@Nullable Object name) {
    return Places.ports(around.deployment()).stream()
        .filter(port -> name != null && name.equals(port.getName()))
        .findFirst()
        .map(ContainerPort::getContainerPort);
  }

  private Optional<Integer> container(@Nullable Object numberOrName) {
    return numberOrName instanceof Number number
        ? Optional.of(number.intValue())
        : ofPod(numberOrName);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> maps(GenericKubernetesResource monitor, String field) {
    Object list = monitor.get("spec", field);
    return list instanceof List<?> some
        ? some.stream().filter(Map.class::isInstance).map(one -> (Map<String, Object>) one).toList()
        : List.of();
  }
}
