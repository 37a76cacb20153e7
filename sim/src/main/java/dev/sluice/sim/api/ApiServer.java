package dev.sluice.sim.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An API server in memory, with the semantics that controllers live by: one revision for all kinds,
 * optimistic concurrency by resourceVersion, generations that follow the spec, status as a resource
 * of its own, finalizers, and admission that may change what is written. After apiserver's {@code
 * registry/generic/registry/store.go} and {@code registry/rest/update.go}. It has no validation but
 * what a story needs, no field managers, and no strategic merge.
 *
 * <p>Objects that it hands out are never to be changed.
 */
public final class ApiServer {
  /** As the real one writes times: whole seconds. */
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  private static final Map<String, Class<? extends HasMetadata>> TYPES =
      Stream.of(
              Deployment.class,
              ReplicaSet.class,
              Pod.class,
              Service.class,
              PodDisruptionBudget.class,
              HTTPRoute.class,
              ConfigMap.class)
          .collect(Collectors.toMap(Class::getSimpleName, c -> c));

  private final KubernetesSerialization json = new KubernetesSerialization();
  private final String origin;
  private final InstantSource clock;
  private final Admission admission;
  private final TreeMap<Key, Stored> objects = new TreeMap<>();
  private final Map<String, List<Change>> log = new HashMap<>();
  private final List<Consumer<Change>> listeners = new ArrayList<>();
  private long revision = 1000;
  private int born;

  private record Stored(HasMetadata object, ObjectNode json) {}

  /**
   * @param origin part of every uid: two servers never have one in common
   * @param admission changes what is written, before it is
   */
  public ApiServer(String origin, InstantSource clock, Admission admission) {
    this.origin = origin;
    this.clock = clock;
    this.admission = admission;
  }

  /** Hears of every accepted write, in order and at once. */
  public void listen(Consumer<Change> listener) {
    listeners.add(listener);
  }

  public KubernetesSerialization json() {
    return json;
  }

  public long revision() {
    return revision;
  }

  /** Everything that was ever written of that kind, oldest first; it grows at its end. */
  public List<Change> log(String kind) {
    return log.computeIfAbsent(kind, _ -> new ArrayList<>());
  }

  public Optional<HasMetadata> get(Key key) {
    return Optional.ofNullable(objects.get(key)).map(Stored::object);
  }

  public <T extends HasMetadata> Optional<T> get(Class<T> type, Key key) {
    return get(key).map(type::cast);
  }

  /** What a response carries. */
  JsonNode jsonOf(Key key) throws ApiError {
    return there(key).json();
  }

  /** All of a kind, by name. */
  public List<HasMetadata> list(String kind) {
    List<HasMetadata> all = new ArrayList<>();
    for (Map.Entry<Key, Stored> e : objects.tailMap(new Key(kind, "", "")).entrySet()) {
      if (!e.getKey().kind().equals(kind)) {
        break;
      }
      all.add(e.getValue().object());
    }
    return all;
  }

  public <T extends HasMetadata> List<T> list(Class<T> type) {
    return list(type.getSimpleName()).stream().map(type::cast).toList();
  }

  /** As what objects of a kind are held. */
  Class<? extends HasMetadata> typeOf(String kind) {
    return TYPES.getOrDefault(kind, GenericKubernetesResource.class);
  }

  /** Everything there is. */
  public List<HasMetadata> all() {
    return objects.values().stream().map(Stored::object).toList();
  }

  /**
   * @throws ApiError 409 if it is there
   */
  public <T extends HasMetadata> T create(Caller who, T object) throws ApiError {
    T next = json.clone(object);
    if (next.getMetadata().getName() == null) {
      next.getMetadata()
          .setName(next.getMetadata().getGenerateName() + Integer.toString(++born, 36));
    }
    Key key = Key.of(next);
    if (objects.containsKey(key)) {
      throw ApiError.exists(key);
    }
    next.getMetadata().setUid(origin + "-" + ++born);
    next.getMetadata().setCreationTimestamp(now());
    next.getMetadata().setGeneration(1L);
    T admitted = admission.created(who, next, this);
    return stored(who, Change.Kind.ADDED, admitted);
  }

  /**
   * Replaces all but the status. One without a resource version is written whatever there is.
   *
   * @throws ApiError 404, and 409 if it is of another version by now
   */
  public <T extends HasMetadata> T update(Caller who, T object) throws ApiError {
    return changed(who, object, Part.MAIN, true);
  }

  /**
   * Replaces the status, and annotations with it, as a Deployment's does.
   *
   * @throws ApiError as {@link #update}
   */
  public <T extends HasMetadata> T updateStatus(Caller who, T object) throws ApiError {
    return changed(who, object, Part.STATUS, true);
  }

  /**
   * A merge patch (RFC 7386); its resource version, if it has one, is a precondition.
   *
   * @param kept false: a dry run, which is admitted like any other write and not stored
   * @throws ApiError as {@link #update}
   */
  public HasMetadata merge(Caller who, Key key, JsonNode patch, boolean status, boolean kept)
      throws ApiError {
    Stored now = there(key);
    ObjectNode next = (ObjectNode) MergePatch.apply(now.json(), patch);
    HasMetadata wanted = json.convertValue(next, now.object().getClass());
    if (patch.at("/metadata/resourceVersion").isMissingNode()) {
      wanted.getMetadata().setResourceVersion(null);
    }
    return changed(who, wanted, status ? Part.STATUS : Part.MAIN, kept);
  }

  /** Reads, changes and writes it, as one step. */
  public <T extends HasMetadata> T edit(Caller who, Class<T> type, Key key, Function<T, T> change)
      throws ApiError {
    return update(who, change.apply(type.cast(there(key).object())));
  }

  /**
   * Deletes it, or begins to: what has a finalizer stays until that is gone, and a pod for its
   * grace.
   *
   * @param version that it must be of; empty: any
   * @throws ApiError 404, and 409 if it is of another version by now
   */
  public void delete(Caller who, Key key, Optional<String> version) throws ApiError {
    HasMetadata now = there(key).object();
    if (version.isPresent() && !version.get().equals(now.getMetadata().getResourceVersion())) {
      throw ApiError.conflict(key);
    }
    boolean waits = key.kind().equals("Pod") || !finalizers(now).isEmpty();
    if (!waits) {
      removed(who, now);
    } else if (now.getMetadata().getDeletionTimestamp() == null) {
      HasMetadata ending = json.clone(now);
      ending.getMetadata().setDeletionTimestamp(now());
      var _ = stored(who, Change.Kind.MODIFIED, ending);
    }
  }

  /** A pod's node has ended it. */
  public void ended(Key pod) {
    Optional.ofNullable(objects.get(pod)).ifPresent(s -> removed(Caller.KUBERNETES, s.object()));
  }

  private enum Part {
    MAIN,
    STATUS
  }

  @SuppressWarnings("unchecked")
  private <T extends HasMetadata> T changed(Caller who, T object, Part part, boolean kept)
      throws ApiError {
    Key key = Key.of(object);
    Stored before = there(key);
    T old = (T) before.object();
    String version = object.getMetadata().getResourceVersion();
    if (version != null && !version.equals(old.getMetadata().getResourceVersion())) {
      throw ApiError.conflict(key);
    }
    T next = json.clone(object);
    boolean asWritten = next.getMetadata().getUid() != null;
    next.getMetadata().setUid(old.getMetadata().getUid());
    next.getMetadata().setCreationTimestamp(old.getMetadata().getCreationTimestamp());
    next.getMetadata().setDeletionTimestamp(old.getMetadata().getDeletionTimestamp());
    next.getMetadata().setGeneration(old.getMetadata().getGeneration());
    next.getMetadata().setResourceVersion(old.getMetadata().getResourceVersion());
    if (part == Part.MAIN) {
      next = withStatusOf(next, before);
      next = admission.changed(who, old, next, asWritten);
    } else {
      next = withSpecOf(next, before);
    }
    if (!kept) {
      return next;
    }
    ObjectNode after = json.convertValue(next, ObjectNode.class);
    if (after.equals(before.json())) {
      return old;
    }
    if (part == Part.MAIN && !sameSpec(before.json(), after)) {
      next.getMetadata().setGeneration(old.getMetadata().getGeneration() + 1);
    }
    if (next.getMetadata().getDeletionTimestamp() != null
        && finalizers(next).isEmpty()
        && !key.kind().equals("Pod")) {
      removed(who, next);
      return next;
    }
    return stored(who, Change.Kind.MODIFIED, next);
  }

  private <T extends HasMetadata> T withStatusOf(T next, Stored before) {
    return with(next, "status", before);
  }

  /** Labels too are the main resource's; a Deployment's annotations are not. */
  private <T extends HasMetadata> T withSpecOf(T next, Stored before) {
    T wanted = with(next, "spec", before);
    wanted.getMetadata().setLabels(before.object().getMetadata().getLabels());
    wanted.getMetadata().setFinalizers(before.object().getMetadata().getFinalizers());
    return wanted;
  }

  @SuppressWarnings("unchecked")
  private <T extends HasMetadata> T with(T next, String part, Stored before) {
    if (next instanceof GenericKubernetesResource generic) {
      Map<String, Object> all = new HashMap<>(generic.getAdditionalProperties());
      Object value =
          ((GenericKubernetesResource) before.object()).getAdditionalProperties().get(part);
      if (value == null) {
        all.remove(part);
      } else {
        all.put(part, value);
      }
      generic.setAdditionalProperties(all);
      return next;
    }
    ObjectNode tree = json.convertValue(next, ObjectNode.class);
    JsonNode value = before.json().get(part);
    if (value == null) {
      tree.remove(part);
    } else {
      tree.set(part, value);
    }
    return (T) json.convertValue(tree, next.getClass());
  }

  /** All but metadata and status counts for the generation. */
  private static boolean sameSpec(ObjectNode before, ObjectNode after) {
    JsonNode one = before.get("spec");
    JsonNode other = after.get("spec");
    return one == null ? other == null : one.equals(other);
  }

  private Stored there(Key key) throws ApiError {
    Stored now = objects.get(key);
    if (now == null) {
      throw ApiError.notFound(key);
    }
    return now;
  }

  private <T extends HasMetadata> T stored(Caller who, Change.Kind kind, T object) {
    object.getMetadata().setResourceVersion(String.valueOf(++revision));
    ObjectNode tree = json.convertValue(object, ObjectNode.class);
    objects.put(Key.of(object), new Stored(object, tree));
    tell(new Change(clock.instant(), revision, who, kind, object, tree));
    return object;
  }

  private void removed(Caller who, HasMetadata object) {
    HasMetadata last = json.clone(object);
    last.getMetadata().setResourceVersion(String.valueOf(++revision));
    objects.remove(Key.of(last));
    tell(
        new Change(
            clock.instant(),
            revision,
            who,
            Change.Kind.DELETED,
            last,
            json.convertValue(last, ObjectNode.class)));
  }

  private void tell(Change change) {
    log(change.object().getKind()).add(change);
    listeners.forEach(l -> l.accept(change));
  }

  private static List<String> finalizers(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getFinalizers()).orElse(List.of());
  }

  /** Owners, none if it has none. */
  public static List<OwnerReference> owners(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getOwnerReferences()).orElse(List.of());
  }

  private String now() {
    Instant now = clock.instant();
    return SECONDS.format(now);
  }
}
