package dev.sluice.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Release;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Yaml;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.kubernetes.ApiFailure;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Marks;
import dev.sluice.operator.ReleaseRecord;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedVerdict;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One Release object for each release: what people read, and what tells the admission policies
 * which pods are the candidate's. They follow from the saved state and are never read back.
 */
final class ReleaseObjects {
  /** Label of a release that has not ended; the policy that labels pods looks for it. */
  static final String RUNNING = "sluice.dev/running";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final MixedOperation<
          GenericKubernetesResource,
          ? extends KubernetesResourceList<GenericKubernetesResource>,
          Resource<GenericKubernetesResource>>
      all;
  private final ReleasePolicy policy;
  private final Plan plan;
  private final Duration tick;
  private Optional<JsonNode> lastStatus = Optional.empty();
  private Optional<String> lastEnded = Optional.empty();

  ReleaseObjects(KubernetesClient client, ReleasePolicy policy, Plan plan, Duration tick) {
    this.all = client.genericKubernetesResources(Cluster.RELEASES);
    this.policy = policy;
    this.plan = plan;
    this.tick = tick;
  }

  /**
   * Makes, or brings up to date, the object of the release that runs or of the last one.
   *
   * @throws IOException if a release that runs has no object: its pods would not be told their
   *     track
   */
  void follow(Saved saved) throws IOException {
    Optional<Run> run = saved.memory().run();
    if (run.isEmpty() || lastEnded.filter(run.get().id()::equals).isPresent()) {
      return;
    }
    Release release =
        ReleaseRecord.of(
                policy, plan, saved, SavedVerdict.of(plan, saved, tick, OptionalDouble.empty()))
            .orElseThrow();
    JsonNode status = JSON.readTree(Yaml.json(release.status()));
    boolean running = saved.memory().running().isPresent();
    if (lastStatus.filter(status::equals).isPresent() && running) {
      return;
    }
    try {
      Resource<GenericKubernetesResource> object = named(run.get().id());
      GenericKubernetesResource now = object.get();
      if (now == null) {
        now = all.inNamespace(namespace()).resource(made(release)).create();
      }
      write(object, now, status, running);
      lastStatus = Optional.of(status);
      if (!running) {
        lastEnded = Optional.of(run.get().id());
        forgetOld();
      }
    } catch (KubernetesClientException e) {
      throw ApiFailure.of("The Release %s was not written".formatted(run.get().id()), e);
    }
  }

  private GenericKubernetesResource made(Release release) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion("sluice.dev/v1alpha1")
        .withKind("Release")
        .withNewMetadata()
        .withName(release.metadata().name())
        .withNamespace(namespace())
        .addToLabels(Marks.POLICY, policy.metadata().name())
        .addToLabels(RUNNING, "true")
        .endMetadata()
        .addToAdditionalProperties(
            "spec",
            Map.of(
                "policy", release.spec().policy(),
                "stableHash", release.spec().stableHash(),
                "candidateHash", release.spec().candidateHash()))
        .build();
  }

  private static void write(
      Resource<GenericKubernetesResource> object,
      GenericKubernetesResource now,
      JsonNode status,
      boolean running) {
    ObjectNode next = JSON.createObjectNode();
    next.set("status", status);
    object.subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), next.toString());
    if (!running && now.getMetadata().getLabels().containsKey(RUNNING)) {
      object.patch(
          PatchContext.of(PatchType.JSON_MERGE),
          "{\"metadata\":{\"labels\":{\"" + RUNNING + "\":null}}}");
    }
  }

  /** Only the last ones are kept. */
  private void forgetOld() {
    List<? extends GenericKubernetesResource> ended =
        all
            .inNamespace(namespace())
            .withLabel(Marks.POLICY, policy.metadata().name())
            .withoutLabel(RUNNING)
            .list()
            .getItems()
            .stream()
            .sorted(
                Comparator.comparing(
                    (GenericKubernetesResource r) -> r.getMetadata().getCreationTimestamp()))
            .toList();
    ended.stream()
        .limit(Math.max(0, ended.size() - policy.spec().history()))
        .forEach(r -> named(r.getMetadata().getName()).delete());
  }

  private Resource<GenericKubernetesResource> named(String name) {
    return all.inNamespace(namespace()).withName(name);
  }

  private String namespace() {
    return policy.metadata().namespace().orElse("default");
  }
}
