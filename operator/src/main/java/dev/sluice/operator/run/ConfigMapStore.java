package dev.sluice.operator.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.kubernetes.ApiFailure;
import dev.sluice.kubernetes.Marks;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedJson;
import dev.sluice.operator.StateRefused;
import dev.sluice.operator.Store;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a run remembers, in a ConfigMap, written with the resource version that was read. Each
 * process signs what it writes; one that finds another's signature has been replaced and does
 * nothing any more: two never act on one release (invariant 9).
 */
final class ConfigMapStore implements Store {
  private static final String SAVED = "saved";
  private static final String WRITER = "writer";
  private static final String BEFORE = "before";
  private static final int CONFLICT = 409;
  private static final int TRIES = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final String namespace;
  private final String policy;
  private final String writer;
  private boolean signed;

  /**
   * @param writer signs for this process; unique
   */
  ConfigMapStore(KubernetesClient client, String namespace, String policy, String writer) {
    this.client = client;
    this.namespace = namespace;
    this.policy = policy;
    this.writer = writer;
  }

  /** Of the ConfigMap, and of the lease that goes with it. */
  static String name(String policy) {
    return "sluice-" + policy;
  }

  @Override
  public Optional<Saved> load() throws IOException {
    Optional<String> saved = value(SAVED);
    return saved.isEmpty()
        ? Optional.empty()
        : Optional.of(
            SavedJson.read(
                saved.get(),
                "The state in the ConfigMap %s/%s".formatted(namespace, name(policy))));
  }

  @Override
  public void save(Saved saved) throws IOException {
    String json = SavedJson.text(saved);
    write(data -> data.put(SAVED, json));
  }

  /** Its lease ends the run when another one takes it. */
  @Override
  public void guard() {}

  /** What was saved is all that there is to read. */
  @Override
  public void publish() {}

  /** The template that the Deployment had before this run changed it. */
  Optional<PodTemplateSpec> before() throws IOException {
    Optional<String> json = value(BEFORE);
    return json.isEmpty()
        ? Optional.empty()
        : Optional.of(JSON.readValue(json.get(), PodTemplateSpec.class));
  }

  /** Begins: what the Deployment asks for now is what comes back if it is not to be. */
  void begin(PodTemplateSpec template, Optional<Saved> earlier) throws IOException {
    String json = JSON.writeValueAsString(template);
    Optional<String> saved = Optional.empty();
    if (earlier.isPresent()) {
      saved = Optional.of(SavedJson.text(earlier.get()));
    }
    Optional<String> state = saved;
    write(
        data -> {
          data.put(BEFORE, json);
          state.ifPresentOrElse(s -> data.put(SAVED, s), () -> data.remove(SAVED));
        });
  }

  private interface Change {
    void to(Map<String, String> data);
  }

  private void write(Change change) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Optional<ConfigMap> now = read();
      Map<String, String> data =
          new HashMap<>(now.flatMap(m -> Optional.ofNullable(m.getData())).orElse(Map.of()));
      if (signed && !writer.equals(data.get(WRITER))) {
        throw new StateRefused(
            "Another run has taken over the release of %s, so this one does nothing more to it."
                .formatted(policy));
      }
      change.to(data);
      data.put(WRITER, writer);
      if (written(now, data)) {
        signed = true;
        return;
      }
    }
    throw new IOException(
        "The ConfigMap %s changes faster than it can be written; somebody else writes to it."
            .formatted(name(policy)));
  }

  /** False on a conflict. */
  private boolean written(Optional<ConfigMap> now, Map<String, String> data) throws IOException {
    try {
      if (now.isEmpty()) {
        client
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName(name(policy))
                    .withNamespace(namespace)
                    .addToLabels(Marks.RUN, policy)
                    .endMetadata()
                    .withData(data)
                    .build())
            .create();
      } else {
        ConfigMap next = now.get().edit().withData(data).build();
        client
            .resource(next)
            .lockResourceVersion(now.get().getMetadata().getResourceVersion())
            .update();
      }
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        return false;
      }
      throw ApiFailure.of("The ConfigMap %s was not written".formatted(name(policy)), e);
    }
  }

  private Optional<String> value(String key) throws IOException {
    return read()
        .flatMap(m -> Optional.ofNullable(m.getData()))
        .flatMap(data -> Optional.ofNullable(data.get(key)));
  }

  private Optional<ConfigMap> read() throws IOException {
    try {
      Resource<ConfigMap> map = client.configMaps().inNamespace(namespace).withName(name(policy));
      return Optional.ofNullable(map.get());
    } catch (KubernetesClientException e) {
      throw ApiFailure.of("The ConfigMap %s was not read".formatted(name(policy)), e);
    }
  }
}
