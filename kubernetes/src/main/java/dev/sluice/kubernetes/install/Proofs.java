package dev.sluice.kubernetes.install;

import dev.sluice.kubernetes.Marks;
import dev.sluice.kubernetes.YamlFile;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Proves with dry runs that each policy works on this API server. That it was accepted proves
 * nothing: releases of Kubernetes differ in what they get right.
 */
final class Proofs {
  private static final String NAME = "sluice-proof";
  private static final String COMMAND =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleaseCommand
      metadata: { name: sluice-proof }
      spec: { release: sluice-proof, action: Abort, reason: a proof, by: somebody else }
      """;

  /** As pod security asks for at its restricted level, which the operator's namespace may have. */
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: sluice-proof, labels: { pod-template-hash: sluiceproof } }
      spec:
        securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
        containers:
          - name: none
            image: none
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
      """;

  private final KubernetesClient client;
  private final String namespace;
  private final List<GenericKubernetesResource> subjects = new ArrayList<>();

  Proofs(KubernetesClient client, Installation installation) {
    this.client = client;
    this.namespace = installation.namespace();
  }

  /** A sentence for each policy that did not work in time. */
  List<String> failed(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Config nobody =
        new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(NAME).build();
    try (KubernetesClient powerless = new KubernetesClientBuilder().withConfig(nobody).build()) {
      prepare();
      Map<String, BooleanSupplier> open = proofs(powerless);
      while (true) {
        open.values().removeIf(proof -> holds(proof));
        if (open.isEmpty() || System.nanoTime() > deadline) {
          return List.copyOf(open.keySet());
        }
        Thread.sleep(200);
      }
    } finally {
      subjects.forEach(s -> client.resource(s).delete());
    }
  }

  private Map<String, BooleanSupplier> proofs(KubernetesClient powerless) {
    Map<String, BooleanSupplier> proofs = new LinkedHashMap<>();
    proofs.put(
        "The policy sluice-hold does not work on this API server: a new template is not held in"
            + " the write that brings it.",
        () -> {
          GenericKubernetesResource held =
              patched(
                  "Deployment",
                  "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}}}");
          return Boolean.TRUE.equals(held.get("spec", "paused"))
              && held.getMetadata().getLabels().containsKey("sluice.dev/held");
        });
    proofs.put(
        "The policy sluice-pin does not work on this API server: a pinned Service selects both"
            + " versions.",
        () ->
            "abc"
                .equals(
                    annotated("Service", "pin", "abc")
                        .get("spec", "selector", "pod-template-hash")));
    proofs.put(
        "The policy sluice-pin-budget does not work on this API server: a pinned budget counts both"
            + " versions.",
        () ->
            "abc"
                .equals(
                    annotated("PodDisruptionBudget", "pin", "abc")
                        .get("spec", "selector", "matchLabels", "pod-template-hash")));
    for (String kind : List.of("HTTPRoute", "GRPCRoute")) {
      if (has(kind)) {
        proofs.put(
            "The policy sluice-split does not work on this API server: a route keeps its weights ("
                + kind
                + ").",
            () -> {
              GenericKubernetesResource route =
                  annotated(kind, "split", "sluice-proof sluice-proof-candidate 5 100 1");
              return Integer.valueOf(95).equals(weight(route, 0))
                  && Integer.valueOf(5).equals(weight(route, 1));
            });
      }
    }
    proofs.put(
        "The policy sluice-track does not work on this API server: a candidate's pod does not know"
            + " its track when it starts.",
        () -> created(client, POD).getMetadata().getLabels().containsKey("sluice.dev/track"));
    proofs.put(
        "The policy sluice-command-author does not work on this API server: a command says of"
            + " itself who gave it.",
        () -> !"somebody else".equals(created(client, COMMAND).get("spec", "by")));
    proofs.put(
        "The policy sluice-command does not work on this API server: a command is taken from who"
            + " has no right to what it does.",
        () -> {
          try {
            created(powerless, COMMAND);
            return false;
          } catch (KubernetesClientException refused) {
            return String.valueOf(refused.getMessage()).contains("you may not abort");
          }
        });
    return proofs;
  }

  private static boolean holds(BooleanSupplier proof) {
    try {
      return proof.getAsBoolean();
    } catch (KubernetesClientException notYet) {
      return false;
    }
  }

  private void prepare() {
    for (GenericKubernetesResource subject :
        YamlFile.beside(Proofs.class, "proof.yaml").objects()) {
      if (subject.getKind().endsWith("Route") && !served(subject)) {
        continue;
      }
      subject.getMetadata().setNamespace(namespace);
      client.resource(subject).fieldManager(Marks.FIELD_MANAGER).forceConflicts().serverSideApply();
      subjects.add(subject);
    }
  }

  private boolean served(GenericKubernetesResource subject) {
    var resources = client.getApiResources(subject.getApiVersion());
    return resources != null
        && resources.getResources().stream().anyMatch(r -> r.getKind().equals(subject.getKind()));
  }

  private boolean has(String kind) {
    return subjects.stream().anyMatch(s -> s.getKind().equals(kind));
  }

  private GenericKubernetesResource annotated(String kind, String annotation, String value) {
    return patched(
        kind,
        "{\"metadata\":{\"annotations\":{\"sluice.dev/%s\":\"%s\"}}}".formatted(annotation, value));
  }

  private GenericKubernetesResource patched(String kind, String merge) {
    GenericKubernetesResource subject =
        subjects.stream().filter(s -> s.getKind().equals(kind)).findFirst().orElseThrow();
    return client.resource(subject).dryRun().patch(PatchContext.of(PatchType.JSON_MERGE), merge);
  }

  private GenericKubernetesResource created(KubernetesClient by, String yaml) {
    GenericKubernetesResource object =
        Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    object.getMetadata().setNamespace(namespace);
    return by.resource(object).dryRun().create();
  }

  private static Object weight(GenericKubernetesResource route, int backend) {
    return route.get("spec", "rules", 0, "backendRefs", backend, "weight");
  }
}
