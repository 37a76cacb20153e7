package dev.sluice.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.decide.Run;
import dev.sluice.kubernetes.ApiFailure;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedJson;
import dev.sluice.operator.StateRefused;
import dev.sluice.operator.Store;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The state in the policy's own status, written with the resource version that was read. Each
 * process signs what it writes; one that finds another's signature has been replaced and does
 * nothing any more: two never act on one policy (invariant 9).
 */
final class StatusStore implements Store {
  private static final int CONFLICT = 409;
  private static final int TRIES = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final NonNamespaceOperation<
          GenericKubernetesResource, ?, Resource<GenericKubernetesResource>>
      policies;
  private final Resource<GenericKubernetesResource> policy;
  private final Supplier<Optional<GenericKubernetesResource>> watched;
  private final ReleaseObjects releases;
  private final Templates templates;
  private final String name;
  private final String writer;
  private final Supplier<Optional<Holding.Told>> holding;
  private final InstantSource clock;
  private Optional<GenericKubernetesResource> last = Optional.empty();
  private Optional<Saved> unpublished = Optional.empty();
  private JsonNode stands = JSON.createObjectNode();
  private boolean signed;

  /** Resource version of what was signed last. */
  private long signedAt;

  /**
   * @param writer signs for this process; unique
   * @param templates that the policy is followed with, kept beside what is remembered
   * @param watched the policy as the watch has seen it last
   * @param holding whether the API server holds, now
   */
  StatusStore(
      KubernetesClient client,
      String namespace,
      String name,
      Supplier<Optional<GenericKubernetesResource>> watched,
      String writer,
      ReleaseObjects releases,
      Templates templates,
      Supplier<Optional<Holding.Told>> holding,
      InstantSource clock) {
    this.client = client;
    this.templates = templates;
    this.holding = holding;
    this.policies = client.genericKubernetesResources(Cluster.POLICIES).inNamespace(namespace);
    this.policy = policies.withName(name);
    this.watched = watched;
    this.releases = releases;
    this.name = namespace + "/" + name;
    this.writer = writer;
    this.clock = clock;
  }

  @Override
  public Optional<Saved> load() throws IOException {
    // The process before this one may have died before it had published it.
    stands = status(read());
    unpublished = saved(stands.path("state"), name);
    return unpublished;
  }

  private static Optional<Saved> saved(JsonNode state, String policy) throws IOException {
    return state.has("saved")
        ? Optional.of(
            SavedJson.read(
                state.get("saved").asText(), "The state in the status of ReleasePolicy " + policy))
        : Optional.empty();
  }

  @Override
  public void save(Saved saved) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      GenericKubernetesResource now = i == 0 && last.isPresent() ? last.get() : read();
      JsonNode before = status(now);
      String owner = before.path("state").path("writer").asText("");
      if (signed && !owner.equals(writer)) {
        throw takenOver();
      }
      if (unpublished.filter(last -> isOfAnother(last, saved)).isPresent()) {
        // Once this is written nobody remembers any more how the release before ended.
        tell();
      }
      ObjectNode next =
          PolicyStatus.of(
              saved, before, now.getMetadata().getGeneration(), holding.get(), clock.instant());
      ObjectNode state = next.putObject("state").put("writer", writer);
      state.set("templates", templates.toJson());
      // As one text: the API server keeps an owner for each field of a tree, at each write.
      state.put("saved", SavedJson.text(saved));
      if (write(now, next)) {
        signed = true;
        signedAt = last.map(StatusStore::version).orElse(signedAt);
        releases.begin(saved);
        unpublished = Optional.of(saved);
        return;
      }
    }
    throw new IOException(
        "The status of %s changes faster than it can be written; somebody else writes to it."
            .formatted(name));
  }

  private static boolean isOfAnother(Saved last, Saved next) {
    return !last.memory().run().map(Run::id).equals(next.memory().run().map(Run::id));
  }

  /**
   * A process that has nothing to remember writes nothing here, and would go on by what it knew
   * when another one has moved on: so it looks whose signature the watch has seen.
   */
  @Override
  public void guard() throws StateRefused {
    if (signed && watched.get().filter(this::isAnothers).isPresent()) {
      throw takenOver();
    }
  }

  private boolean isAnothers(GenericKubernetesResource policy) {
    String owner = policy.get("status", "state", "writer");
    return owner != null && !owner.equals(writer) && version(policy) > signedAt;
  }

  private StateRefused takenOver() {
    return new StateRefused(
        "Another operator has taken over the policy %s, so this one does nothing more to it."
            .formatted(name));
  }

  private static long version(GenericKubernetesResource policy) {
    return Long.parseLong(policy.getMetadata().getResourceVersion());
  }

  @Override
  public void publish() throws IOException {
    tell();
    for (int i = 0; i < TRIES && !PolicyStatus.tells(stands, holding.get()); i++) {
      GenericKubernetesResource now = i == 0 && last.isPresent() ? last.get() : read();
      if (status(now) instanceof ObjectNode before) {
        long generation = now.getMetadata().getGeneration();
        var _ =
            write(now, PolicyStatus.guarded(before, holding.get(), generation, clock.instant()));
      }
    }
  }

  @Override
  public void cannotBegin(String why) throws IOException {
    if (!stands.path("message").asText().equals(why)) {
      stands = stalled(client, read(), new Reason("not-adopted", why), clock.instant());
    }
  }

  private void tell() throws IOException {
    if (unpublished.isPresent()) {
      releases.follow(unpublished.get());
      unpublished = Optional.empty();
    }
  }

  /**
   * The templates that the release under way began with; empty where none runs.
   *
   * @throws IOException if the policy cannot be read, or what it remembers
   */
  static Optional<Templates> templatesUnderWay(
      KubernetesClient client, GenericKubernetesResource policy) throws IOException {
    String name = policy.getMetadata().getNamespace() + "/" + policy.getMetadata().getName();
    JsonNode state;
    try {
      GenericKubernetesResource now =
          client
              .genericKubernetesResources(Cluster.POLICIES)
              .inNamespace(policy.getMetadata().getNamespace())
              .withName(policy.getMetadata().getName())
              .get();
      state = status(now == null ? policy : now).path("state");
    } catch (KubernetesClientException e) {
      throw ApiFailure.of("The ReleasePolicy %s was not read".formatted(name), e);
    }
    return saved(state, name)
        .flatMap(saved -> saved.memory().running())
        .flatMap(_ -> Templates.kept(state));
  }

  /**
   * Says why a policy cannot be followed; what is remembered stays.
   *
   * @param seen the policy that cannot; a newer one is left alone
   * @return the status that says so
   */
  static JsonNode stalled(
      KubernetesClient client, GenericKubernetesResource seen, Reason reason, Instant now)
      throws IOException {
    long generation = seen.getMetadata().getGeneration();
    JsonNode before = status(seen);
    if (before.path("message").asText().equals(reason.sentence())
        && before.path("observedGeneration").asLong() == generation) {
      return before;
    }
    ObjectNode next = PolicyStatus.stalled(reason, before, generation, now);
    try {
      client
          .genericKubernetesResources(Cluster.POLICIES)
          .inNamespace(seen.getMetadata().getNamespace())
          .resource(with(seen, next))
          .updateStatus();
    } catch (KubernetesClientException e) {
      throw ApiFailure.of(
          "The status of %s was not written".formatted(seen.getMetadata().getName()), e);
    }
    return next;
  }

  /** Whether that is what its status said when it was seen. */
  static boolean says(GenericKubernetesResource seen, Reason reason) {
    return status(seen).path("message").asText().equals(reason.sentence());
  }

  /** False on a conflict. */
  private boolean write(GenericKubernetesResource now, ObjectNode status) throws IOException {
    try {
      last = Optional.of(policies.resource(with(now, status)).updateStatus());
      stands = status;
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        last = Optional.empty();
        return false;
      }
      throw ApiFailure.of("The status of %s was not written".formatted(name), e);
    }
  }

  private static GenericKubernetesResource with(
      GenericKubernetesResource policy, ObjectNode status) {
    Map<String, Object> more = new HashMap<>(policy.getAdditionalProperties());
    more.put("status", status);
    GenericKubernetesResource next = new GenericKubernetesResource();
    next.setApiVersion(policy.getApiVersion());
    next.setKind(policy.getKind());
    next.setMetadata(policy.getMetadata());
    next.setAdditionalProperties(more);
    return next;
  }

  private GenericKubernetesResource read() throws IOException {
    try {
      GenericKubernetesResource now = policy.get();
      if (now == null) {
        throw new IOException("The ReleasePolicy %s is not there any more.".formatted(name));
      }
      return now;
    } catch (KubernetesClientException e) {
      throw ApiFailure.of("The ReleasePolicy %s was not read".formatted(name), e);
    }
  }

  private static JsonNode status(GenericKubernetesResource policy) {
    JsonNode status = JSON.valueToTree(policy.getAdditionalProperties().get("status"));
    return status == null ? JSON.createObjectNode() : status;
  }
}
