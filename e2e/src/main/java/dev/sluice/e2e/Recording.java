package dev.sluice.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.watch.Version;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Every version of every object of a namespace that a release is about, and of the admission
 * policies. All kinds share the revisions of one etcd here, so that what was written in which order
 * is known across them, once every watch has told.
 */
final class Recording implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ADMISSION = "admissionregistration.k8s.io/v1";
  private static final List<String> KINDS =
      List.of(
          "apps/v1 Deployment",
          "apps/v1 ReplicaSet",
          "v1 Pod",
          "v1 Service",
          "policy/v1 PodDisruptionBudget",
          "gateway.networking.k8s.io/v1 HTTPRoute",
          "gateway.networking.k8s.io/v1 GRPCRoute",
          "networking.k8s.io/v1 Ingress",
          "autoscaling/v2 HorizontalPodAutoscaler",
          "sluice.dev/v1alpha1 ReleasePolicy",
          "sluice.dev/v1alpha1 Release",
          "sluice.dev/v1alpha1 ReleaseCommand");

  /** Of the cluster: Sluice's own, by which it holds. */
  private static final List<String> GUARDS =
      List.of(
          "MutatingAdmissionPolicy",
          "MutatingAdmissionPolicyBinding",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");

  private final Queue<Version> versions = new ConcurrentLinkedQueue<>();
  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private final KubernetesClient client;
  private final String namespace;
  private volatile boolean beginsAgain;

  private Recording(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Begins with what is there; of the kinds that the cluster knows. */
  static Recording of(KubernetesClient client, String namespace) {
    Recording recording = new Recording(client, namespace);
    for (String each : KINDS) {
      String version = each.substring(0, each.indexOf(' '));
      String kind = each.substring(each.indexOf(' ') + 1);
      if (client.supports(version, kind)) {
        recording.watch(version, kind);
      }
    }
    for (String kind : GUARDS) {
      if (client.supports(ADMISSION, kind)) {
        recording.watchGuards(kind);
      }
    }
    return recording;
  }

  /**
   * From now on the API server may be started again. It remembers nothing of before then, so a
   * watch begins with what is there: of what was written in that moment the last version is seen.
   */
  void beginsAgain() {
    beginsAgain = true;
  }

  private void watch(String version, String kind) {
    watches.add(
        client
            .genericKubernetesResources(version, kind)
            .inNamespace(namespace)
            .watch(heard(kind, () -> watch(version, kind))));
  }

  private void watchGuards(String kind) {
    watches.add(
        client
            .genericKubernetesResources(ADMISSION, kind)
            .withLabel("app.kubernetes.io/managed-by", "sluice")
            .watch(heard(kind, () -> watchGuards(kind))));
  }

  private Watcher<GenericKubernetesResource> heard(String kind, Runnable watch) {
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
        if (cause != null && cause.isHttpGone() && beginsAgain) {
          // Not by the thread that says so: it is the client's.
          Thread.ofVirtual().start(() -> again(kind, watch));
        } else if (cause != null) {
          broken.add(kind + ": " + cause.getMessage());
        }
      }
    };
  }

  private void again(String kind, Runnable watch) {
    try {
      watch.run();
    } catch (KubernetesClientException e) {
      broken.add(kind + ": " + e.getMessage());
    }
  }

  /**
   * In the order in which they were written, each once.
   *
   * @throws IllegalStateException if something may have been missed
   */
  List<Version> versions() {
    if (!broken.isEmpty()) {
      throw new IllegalStateException("The recording has gaps: " + String.join("; ", broken));
    }
    Set<String> seen = new HashSet<>();
    return versions.stream()
        .sorted(Comparator.comparingLong(Version::revision))
        .filter(v -> seen.add(v.kind() + " " + v.name() + " " + v.revision() + v.deleted()))
        .toList();
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
  }
}
