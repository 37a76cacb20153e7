package dev.sluice.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Release;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Yaml;
import dev.sluice.engine.decide.Plan;
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
  private Optional<GenericKubernetesResource> object = Optional.empty();
  private Optional<String> ended = Optional.empty();

  ReleaseObjects(KubernetesClient client, ReleasePolicy policy, Plan plan, Duration tick) {
    this.all = client.genericKubernetesResources(Cluster.RELEASES);
    this.policy = policy;
    this.plan = plan;
    this.tick = tick;
  }

  /**
   * Sees to it that a release that runs has its object.
   *
   * @throws IOException if it has not: its pods would not be told their track
   */
  void begin(Saved saved) throws IOException {
    if (saved.memory().running().isPresent()) {
      var _ = object(record(saved).orElseThrow());
    }
  }

  /** Brings the object of the release that runs, or of the last one, up to date. */
  void follow(Saved saved) throws IOException {
    Optional<Release> record = record(saved);
    if (record.isEmpty() || ended.filter(record.get().metadata().name()::equals).isPresent()) {
      return;
    }
    Release release = record.get();
    JsonNode status = JSON.readTree(Yaml.json(release.status()));
    boolean running = saved.memory().running().isPresent();
    if (lastStatus.filter(status::equals).isPresent() && running) {
      return;
    }
    GenericKubernetesResource object = object(release);
    try {
      // Of a resource that is only named the client reads the object before each patch.
      write(all.inNamespace(namespace()).resource(object), object, status, running);
      lastStatus = Optional.of(status);
      if (!running) {
        ended = Optional.of(release.metadata().name());
        forgetOld();
      }
    } catch (KubernetesClientException e) {
      // Somebody may have deleted it: the next time it is looked for.
      this.object = Optional.empty();
      throw notWritten(release, e);
    }
  }

  private Optional<Release> record(Saved saved) {
    return ReleaseRecord.of(
        policy, plan, saved, SavedVerdict.of(plan, saved, tick, OptionalDouble.empty()));
  }

  private GenericKubernetesResource object(Release release) throws IOException {
    String name = release.metadata().name();
    if (object.filter(o -> o.getMetadata().getName().equals(name)).isPresent()) {
      return object.get();
    }
    try {
      GenericKubernetesResource now = named(name).get();
      object =
          Optional.of(
              now == null ? all.inNamespace(namespace()).resource(made(release)).create() : now);
      return object.get();
    } catch (KubernetesClientException e) {
      throw notWritten(release, e);
    }
  }

  private static IOException notWritten(Release release, KubernetesClientException e) {
    return ApiFailure.of("The Release %s was not written".formatted(release.metadata().name()), e);
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
