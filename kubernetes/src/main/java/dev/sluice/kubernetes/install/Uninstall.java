package dev.sluice.kubernetes.install;

import dev.sluice.api.Words;
import dev.sluice.engine.decide.Phase;
import dev.sluice.kubernetes.Finalizer;
import dev.sluice.kubernetes.Marks;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One removal of an installation; docs/escape.md has the same order by hand. */
final class Uninstall {
  private static final String POLICY = "sluice.dev/policy";
  private static final String PIN = "sluice.dev/pin";
  private static final String BEFORE = "sluice.dev/before";
  private static final int NOT_FOUND = 404;
  private static final List<String> WRITTEN =
      List.of(
          PIN, "sluice.dev/split", "sluice.dev/match", "sluice.dev/mirror", "sluice.dev/release");

  /** A split goes before the pins: a Service without its pin reaches every version. */
  private static final List<Kind> CARRIERS =
      List.of(
          new Kind("gateway.networking.k8s.io/v1", "HTTPRoute"),
          new Kind("gateway.networking.k8s.io/v1", "GRPCRoute"),
          new Kind("v1", "Service"),
          new Kind("policy/v1", "PodDisruptionBudget"));

  private record Kind(String apiVersion, String name) {
    /** Where no admission policy does it: what takes the pin out of the selector. */
    String unpinned() {
      return switch (name) {
        case "Service" -> ",\"spec\":{\"selector\":{\"pod-template-hash\":null}}";
        case "PodDisruptionBudget" ->
            ",\"spec\":{\"selector\":{\"matchLabels\":{\"pod-template-hash\":null}}}";
        default -> "";
      };
    }
  }

  private final KubernetesClient client;
  private final Installation installation;
  private final List<String> notes = new ArrayList<>();

  Uninstall(KubernetesClient client, Installation installation) {
    this.client = client;
    this.installation = installation;
  }

  Removal run(boolean definitionsToo) throws IOException {
    List<String> running = running();
    if (!running.isEmpty()) {
      return new Removal.Refused(
          "Nothing was removed: "
              + String.join(", ", running)
              + " still runs; wait for its end, or end it with sluice abort.");
    }
    // After the releases: one that has just ended leaves an old version.
    List<KeptWarm> warm = KeptWarm.in(client, installation.onlyIn());
    if (!warm.isEmpty()) {
      return new Removal.Refused(KeptWarm.refusal(warm));
    }
    dropCanaries();
    Optional<String> stuck = unpin();
    if (stuck.isPresent()) {
      return new Removal.Refused(stuck.get());
    }
    // An operator that still runs would take what follows for a mistake, and keep all paused.
    installation.objects().stream()
        .filter(o -> o.getKind().endsWith("RoleBinding"))
        .forEach(this::delete);
    List<HasMetadata> policies = new ArrayList<>(installation.policies());
    policies.reversed().forEach(this::delete); // a binding before its policy
    letGo();
    resume();
    noteHeld();
    installation.objects().reversed().stream()
        .filter(o -> !(o instanceof Namespace) && !(o instanceof CustomResourceDefinition))
        .filter(o -> !(o instanceof GenericKubernetesResource))
        .forEach(this::delete);
    if (definitionsToo) {
      Installation.definitions().forEach(this::delete);
    } else {
      notes.add(
          "The objects of sluice.dev and their definitions stay: kubectl get sluice -A shows them.");
    }
    return new Removal.Removed(notes);
  }

  private List<String> running() {
    return list(new Kind("sluice.dev/v1alpha1", "Release"), false).stream()
        .filter(release -> !ended(release))
        .map(r -> "the release " + r.getMetadata().getNamespace() + "/" + r.getMetadata().getName())
        .toList();
  }

  /** What has no phase yet was only just begun. */
  private static boolean ended(GenericKubernetesResource release) {
    String phase = release.get("status", "phase");
    return Arrays.stream(Phase.values()).anyMatch(p -> p.ended() && Words.of(p).equals(phase));
  }

  /** Canary Ingresses are Sluice's own. None is left by a release that ended by itself. */
  private void dropCanaries() {
    list(new Kind("networking.k8s.io/v1", "Ingress"), true).stream()
        .filter(i -> "candidate".equals(i.getMetadata().getLabels().get(Marks.TRACK)))
        .forEach(this::delete);
  }

  /** Nobody is left who would let a ReleasePolicy go that is deleted, now or later. */
  private void letGo() throws IOException {
    for (GenericKubernetesResource policy :
        list(new Kind("sluice.dev/v1alpha1", "ReleasePolicy"), false)) {
      Finalizer.remove(client, policy);
    }
  }

  /** While the policies still stand: they restore what the user wrote. */
  private Optional<String> unpin() {
    for (Kind kind : CARRIERS) {
      for (GenericKubernetesResource object : list(kind, true)) {
        for (String annotation : WRITTEN) {
          if (written(object, annotation)) {
            GenericKubernetesResource left =
                patch(
                    object,
                    "{\"metadata\":{\"annotations\":{\"%s\":null}}%s}"
                        .formatted(annotation, annotation.equals(PIN) ? kind.unpinned() : ""));
            if (written(left, annotation)) {
              return Optional.of(
                  ("Nothing was removed: %s keeps its annotation %s; ask for the verb escape on"
                          + " releasepolicies.")
                      .formatted(described(object), annotation));
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * A Deployment that was kept paused, hold: Pause, is as its user left it; a held one stays so.
   */
  private void resume() {
    for (GenericKubernetesResource kept : list(new Kind("apps/v1", "Deployment"), true)) {
      String before = kept.getMetadata().getLabels().get(BEFORE);
      if (before != null && !kept.getMetadata().getLabels().containsKey("sluice.dev/held")) {
        String spec = before.equals("running") ? ",\"spec\":{\"paused\":null}" : "";
        patch(kept, "{\"metadata\":{\"labels\":{\"" + BEFORE + "\":null}}" + spec + "}");
      }
    }
  }

  /**
   * A Deployment that is held without a release has a template that failed. It stays paused: to run
   * it is a person's decision. So is its label: an API server that has not noticed yet that the
   * policy is gone would take the label's end for the word to go on.
   */
  private void noteHeld() {
    for (GenericKubernetesResource held : list(new Kind("apps/v1", "Deployment"), true)) {
      if (held.getMetadata().getLabels().containsKey("sluice.dev/held")) {
        notes.add(
            ("%s stays paused with a template that was not released; kubectl -n %s label"
                    + " deployment/%s sluice.dev/held- && kubectl -n %s rollout resume"
                    + " deployment/%s runs it.")
                .formatted(
                    described(held),
                    held.getMetadata().getNamespace(),
                    held.getMetadata().getName(),
                    held.getMetadata().getNamespace(),
                    held.getMetadata().getName()));
      }
    }
  }

  private List<GenericKubernetesResource> list(Kind kind, boolean labelled) {
    if (client.getApiResources(kind.apiVersion()) == null
        || client.getApiResources(kind.apiVersion()).getResources().stream()
            .noneMatch(r -> r.getKind().equals(kind.name()))) {
      return List.of();
    }
    var all = client.genericKubernetesResources(kind.apiVersion(), kind.name());
    var here =
        installation.onlyIn().isPresent()
            ? all.inNamespace(installation.onlyIn().get())
            : all.inAnyNamespace();
    try {
      return (labelled ? here.withLabel(POLICY) : here).list().getItems();
    } catch (KubernetesClientException e) {
      // Discovery names a kind for a moment after its definition was deleted.
      if (e.getCode() == NOT_FOUND) {
        return List.of();
      }
      throw e;
    }
  }

  private GenericKubernetesResource patch(GenericKubernetesResource object, String merge) {
    return client.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), merge);
  }

  private void delete(HasMetadata object) {
    client.resource(object).delete();
  }

  private static boolean written(GenericKubernetesResource object, String annotation) {
    return Optional.ofNullable(object.getMetadata().getAnnotations())
        .filter(a -> a.containsKey(annotation))
        .isPresent();
  }

  private static String described(GenericKubernetesResource object) {
    return object.getKind()
        + " "
        + object.getMetadata().getNamespace()
        + "/"
        + object.getMetadata().getName();
  }
}
