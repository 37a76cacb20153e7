package dev.sluice.cli.cluster;

import dev.sluice.cli.Exit;
import dev.sluice.cli.Failed;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.diagnose.Escape;
import dev.sluice.kubernetes.diagnose.Examination.Target;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How all of these policies are left with kubectl alone.
 *
 * @param whole whether the cluster's own policies are to go, too
 */
record EscapePlan(List<One> policies, boolean whole) {
  /** A policy, by name. */
  record One(String namespace, String name) {}

  EscapePlan {
    policies = List.copyOf(policies);
  }

  static EscapePlan of(KubernetesClient client, Optional<String> namespace, Optional<Target> target)
      throws Failed, IOException {
    var all = client.genericKubernetesResources(Cluster.POLICIES);
    List<GenericKubernetesResource> there =
        Asking.the(
            "Which policies there are was not read",
            () ->
                namespace.isPresent()
                    ? all.inNamespace(namespace.get()).list().getItems()
                    : all.inAnyNamespace().list().getItems());
    List<One> meant =
        there.stream()
            .filter(p -> target.isEmpty() || isMeant(p, target.get()))
            .map(p -> new One(p.getMetadata().getNamespace(), p.getMetadata().getName()))
            .sorted(Comparator.comparing(One::namespace).thenComparing(One::name))
            .toList();
    if (meant.isEmpty() && target.isPresent()) {
      throw new Failed(
          Exit.USAGE,
          "No policy %s is in %s, so there is nothing to take back by one."
              .formatted(target.get().name(), namespace.orElse("any namespace")));
    }
    return new EscapePlan(meant, target.isEmpty());
  }

  private static boolean isMeant(GenericKubernetesResource policy, Target target) {
    return switch (target) {
      case Target.Policy(String name) -> policy.getMetadata().getName().equals(name);
      case Target.Workload(String name) ->
          name.equals(policy.<String>get("spec", "workloadRef", "name"));
    };
  }

  String script() {
    Escape document = Escape.document();
    String each =
        policies.stream()
            .map(p -> document.of(p.namespace(), p.name()))
            .collect(Collectors.joining("\n"));
    return (each + (whole ? "\n" + document.ofCluster() : "")).strip();
  }
}
