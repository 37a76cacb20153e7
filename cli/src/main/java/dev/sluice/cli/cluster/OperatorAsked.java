package dev.sluice.cli.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads by which words the operator was started, where that may be seen. The addresses in them are
 * nobody's business here; how many there are is.
 */
public final class OperatorAsked {
  private static final String SYSTEM = "sluice-system";
  private static final int FORBIDDEN = 403;
  private static final String NAME = "app.kubernetes.io/name";
  private static final String GATEWAY = "--gateway-metrics";
  private static final String NAMESPACE = "--namespace";

  private OperatorAsked() {}

  /**
   * @param namespace whose policies it has to follow
   */
  public static GatewaySeen ask(KubernetesClient client, String namespace) {
    List<Deployment> all;
    try {
      all =
          client.apps().deployments().inAnyNamespace().withLabel(NAME, "sluice").list().getItems();
    } catch (KubernetesClientException e) {
      try {
        all =
            client
                .apps()
                .deployments()
                .inNamespace(SYSTEM)
                .withLabel(NAME, "sluice")
                .list()
                .getItems();
      } catch (KubernetesClientException again) {
        return new GatewaySeen.Unknown(
            again.getCode() == FORBIDDEN
                ? "you may not list deployments in " + SYSTEM
                : Asking.said(again));
      }
    }
    return of(all, namespace);
  }

  static GatewaySeen of(List<Deployment> operators, String namespace) {
    List<List<String>> following =
        operators.stream()
            .flatMap(d -> d.getSpec().getTemplate().getSpec().getContainers().stream())
            .map(OperatorAsked::words)
            .filter(words -> words.contains("operator"))
            .filter(words -> follows(words, namespace))
            .toList();
    if (following.isEmpty()) {
      return new GatewaySeen.Unknown("no Deployment of Sluice's operator was seen");
    }
    int pages = following.stream().mapToInt(words -> said(words, GATEWAY).size()).max().orElse(0);
    return pages == 0 ? new GatewaySeen.NotTold() : new GatewaySeen.Told(pages);
  }

  private static List<String> words(Container container) {
    return Stream.of(container.getCommand(), container.getArgs())
        .flatMap(words -> Optional.ofNullable(words).orElse(List.of()).stream())
        .toList();
  }

  private static boolean follows(List<String> words, String namespace) {
    List<String> only = new ArrayList<>(said(words, NAMESPACE));
    only.addAll(said(words, "-n"));
    return only.isEmpty() || only.contains(namespace);
  }

  /** Both forms: in one word, and in two. */
  private static List<String> said(List<String> words, String option) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).startsWith(option + "=")) {
        values.add(words.get(i).substring(option.length() + 1));
      } else if (words.get(i).equals(option) && i + 1 < words.size()) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }
}
