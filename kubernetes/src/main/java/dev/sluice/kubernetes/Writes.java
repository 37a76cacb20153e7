package dev.sluice.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.port.Actuator.Outcome;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the API server. Each carries the resource version that was seen, so a world that moved
 * on answers with a conflict; what was written is at once what is seen.
 */
public final class Writes {
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY = 429;
  private static final int TIMEOUT = 408;

  private final KubernetesClient client;
  private final Supplier<Marking> marking;
  private final KubernetesSerialization json;

  /**
   * @param marking how the marks that are written become spec, at that moment
   */
  public Writes(KubernetesClient client, Supplier<Marking> marking) {
    this.client = client;
    this.marking = marking;
    this.json = client.getKubernetesSerialization();
  }

  /** Labels that should be on it; null takes one away. */
  <T extends HasMetadata> Outcome label(
      Watched<T> all, T object, String version, Map<String, @Nullable String> labels) {
    T marked = json.clone(object);
    marked.getMetadata().setLabels(with(marked.getMetadata().getLabels(), labels));
    return marked(all, object, marked, version, "labels", labels);
  }

  /** Annotations that should be on it; null takes one away. */
  public <T extends HasMetadata> Outcome annotate(
      Watched<T> all, T object, String version, Map<String, @Nullable String> annotations) {
    T marked = json.clone(object);
    marked.getMetadata().setAnnotations(with(marked.getMetadata().getAnnotations(), annotations));
    return marked(all, object, marked, version, "annotations", annotations);
  }

  /** The object without the marks of releases; the same if it has none. */
  <T extends HasMetadata> T unmarked(T object) {
    T bare = json.clone(object);
    Stream.of(bare.getMetadata().getLabels(), bare.getMetadata().getAnnotations())
        .filter(Objects::nonNull)
        .forEach(marks -> marks.keySet().removeAll(Marks.OF_RELEASES));
    return bare;
  }

  private static Map<String, String> with(
      @Nullable Map<String, String> before, Map<String, @Nullable String> marks) {
    Map<String, String> next = before == null ? new HashMap<>() : new HashMap<>(before);
    marks.forEach(
        (key, value) -> {
          if (value == null) {
            next.remove(key);
          } else {
            next.put(key, value);
          }
        });
    return next;
  }

  /** The marks alone where they are all that is to be written, else with the spec that they ask. */
  private <T extends HasMetadata> Outcome marked(
      Watched<T> all,
      T object,
      T marked,
      String version,
      String where,
      Map<String, @Nullable String> marks) {
    T wanted = marking().asserted(object, marked);
    if (!same(marked, wanted)) {
      return changed(all, object, wanted, version);
    }
    ObjectNode patch = json.convertValue(Map.of(), ObjectNode.class);
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", version);
    ObjectNode values = metadata.putObject(where);
    marks.forEach(values::put);
    return patched(all, object, patch.toString());
  }

  /**
   * What is to be written where an object is not as its marks want it: somebody has undone it, or
   * it was marked by another way of marking.
   */
  <T extends HasMetadata> Optional<T> undone(T object) {
    Marking now = marking();
    return same(object, now.seen(object))
        ? Optional.empty()
        : Optional.of(now.asserted(object, object));
  }

  private <T extends HasMetadata> boolean same(T one, T other) {
    return one.equals(other)
        || json.convertValue(one, ObjectNode.class)
            .equals(json.convertValue(other, ObjectNode.class));
  }

  /** How the marks become spec, now. */
  public Marking marking() {
    return marking.get();
  }

  /** A merge patch; it should carry the resource version. */
  <T extends HasMetadata> Outcome patched(Watched<T> all, T object, String patch) {
    return told(
        all,
        object,
        () ->
            client
                .resource(object)
                .patch(
                    new PatchContext.Builder()
                        .withPatchType(PatchType.JSON_MERGE)
                        .withFieldManager(Marks.FIELD_MANAGER)
                        .build(),
                    patch));
  }

  public <T extends HasMetadata> Outcome created(Watched<T> all, T object) {
    return told(all, object, () -> client.resource(object).create());
  }

  /**
   * What differs between the object as it was seen and as it should be, and nothing else (RFC
   * 7386).
   *
   * @param version that was seen
   */
  public <T extends HasMetadata> Outcome changed(Watched<T> all, T seen, T wanted, String version) {
    ObjectNode patch =
        MergePatch.between(
            json.convertValue(seen, ObjectNode.class), json.convertValue(wanted, ObjectNode.class));
    patch.withObjectProperty("metadata").put("resourceVersion", version);
    return patched(all, seen, patch.toString());
  }

  /** Deletes it as it was seen; it must carry the resource version of that. */
  public <T extends HasMetadata> Outcome deleted(Watched<T> all, T object) {
    return known(
        all,
        object,
        outcome(
            () -> {
              client
                  .resource(object)
                  .lockResourceVersion(object.getMetadata().getResourceVersion())
                  .delete();
              all.gone(object);
            }));
  }

  private <T extends HasMetadata> Outcome told(Watched<T> all, T object, Supplier<T> write) {
    return known(all, object, outcome(() -> all.wrote(write.get())));
  }

  /**
   * After a conflict the object is read: a watch that is late or silent would let the next write
   * meet the same conflict, and a way back waits for no watch.
   */
  private <T extends HasMetadata> Outcome known(Watched<T> all, T object, Outcome outcome) {
    if (outcome instanceof Outcome.Conflict) {
      try {
        T now = client.resource(object).get();
        if (now != null) {
          all.wrote(now);
        } else if (object.getMetadata().getResourceVersion() != null) {
          all.gone(object);
        }
      } catch (KubernetesClientException e) {
        // Then the watch tells.
      }
    }
    return outcome;
  }

  /**
   * What became of a write.
   *
   * @return Unknown where the API server was not reached or did not say, so that the write may have
   *     been done
   */
  static Outcome outcome(Runnable write) {
    try {
      write.run();
      return new Outcome.Applied();
    } catch (KubernetesClientException e) {
      String said = ApiFailure.said(e);
      return switch (e.getCode()) {
        case CONFLICT, NOT_FOUND -> new Outcome.Conflict(said);
        case TOO_MANY, TIMEOUT -> new Outcome.Unknown(said);
        default ->
            ApiFailure.isUnanswered(e) || e.getCode() >= 500
                ? new Outcome.Unknown(said)
                : new Outcome.Refused(said);
      };
    }
  }
}
