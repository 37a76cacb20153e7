package dev.sluice.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Every version of some objects of a namespace. All kinds share the revisions of one etcd here, so
 * that what was written in which order is known across them.
 */
public final class Recording implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Version> versions = new CopyOnWriteArrayList<>();
  private final List<Watch> watches = new ArrayList<>();
  private final List<String> broken = new CopyOnWriteArrayList<>();

  /**
   * One version of one object.
   *
   * @param at when it was heard of
   * @param revision of etcd
   * @param object as it was; of one that was deleted as it was last
   */
  public record Version(Instant at, long revision, String kind, boolean deleted, JsonNode object) {
    public String name() {
      return object.at("/metadata/name").asText();
    }
  }

  private Recording() {}

  /**
   * Begins with what is there.
   *
   * @param kinds with their API versions: {@code apps/v1 Deployment}
   */
  public static Recording of(KubernetesClient client, String namespace, String... kinds) {
    Recording recording = new Recording();
    for (String kind : kinds) {
      int blank = kind.indexOf(' ');
      recording.watches.add(
          client
              .genericKubernetesResources(kind.substring(0, blank), kind.substring(blank + 1))
              .inNamespace(namespace)
              .watch(recording.heard(kind.substring(blank + 1))));
    }
    return recording;
  }

  private Watcher<GenericKubernetesResource> heard(String kind) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, GenericKubernetesResource object) {
        if (object.getMetadata() != null && action != Action.BOOKMARK) {
          versions.add(
              new Version(
                  Instant.now(),
                  Long.parseLong(object.getMetadata().getResourceVersion()),
                  kind,
                  action == Action.DELETED,
                  JSON.valueToTree(object)));
        }
      }

      @Override
      public void onClose(@Nullable WatcherException cause) {
        if (cause != null) {
          broken.add(kind + ": " + cause.getMessage());
        }
      }
    };
  }

  /**
   * In the order in which they were written.
   *
   * @throws IllegalStateException if something may have been missed
   */
  public List<Version> versions() {
    if (!broken.isEmpty()) {
      throw new IllegalStateException("The recording has gaps: " + String.join("; ", broken));
    }
    return versions.stream().sorted(Comparator.comparingLong(Version::revision)).toList();
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
  }
}
