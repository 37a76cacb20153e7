package dev.sluice.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.sim.api.ApiError;
import dev.sluice.sim.api.ApiServer;
import dev.sluice.sim.api.Caller;
import dev.sluice.sim.api.Key;
import dev.sluice.sim.api.SluiceAdmission;
import dev.sluice.sim.cluster.Controller;
import dev.sluice.sim.cluster.DeploymentController;
import dev.sluice.sim.cluster.GarbageCollector;
import dev.sluice.sim.cluster.ReplicaSetController;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * A control plane with Deployments and Sluice's admission policies and no node, so that no pod ever
 * runs: the real one, or the simulation's.
 */
interface ControlPlane {
  /** Who writes. */
  enum Who {
    USER,
    OPERATOR
  }

  ObjectMapper JSON = new ObjectMapper();

  /** Of that kind, all that there is. */
  List<JsonNode> list(String kind);

  void create(String manifest);

  /** A merge patch. */
  void merge(Who who, String kind, String name, String patch);

  /** {@code kubectl replace} by the user. */
  void replace(String manifest);

  void delete(String kind, String name);

  /** Returns when its controllers have nothing more to do. */
  void settle();

  default JsonNode get(String kind, String name) {
    return list(kind).stream()
        .filter(o -> o.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Of {@code e2e/kubelab}. */
  static ControlPlane real(InstalledCluster cluster) {
    return new Real(cluster);
  }

  /** In memory. */
  static ControlPlane simulated() {
    return new Simulated();
  }

  /** The real one. */
  final class Real implements ControlPlane {
    private static final Duration QUIET = Duration.ofMillis(1200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final InstalledCluster cluster;
    private final KubernetesClient user;

    private Real(InstalledCluster cluster) {
      this.cluster = cluster;
      this.user = cluster.kubelab().user("dev");
    }

    private static String version(String kind) {
      return switch (kind) {
        case "Deployment", "ReplicaSet" -> "apps/v1";
        case "HTTPRoute" -> "gateway.networking.k8s.io/v1";
        default -> "v1";
      };
    }

    @Override
    public List<JsonNode> list(String kind) {
      return cluster
          .kubelab()
          .admin()
          .genericKubernetesResources(version(kind), kind)
          .inNamespace(InstalledCluster.NAMESPACE)
          .list()
          .getItems()
          .stream()
          .<JsonNode>map(JSON::valueToTree)
          .toList();
    }

    @Override
    public void create(String manifest) {
      cluster.dev().with(manifest, "create", "-f", "-");
    }

    @Override
    public void merge(Who who, String kind, String name, String patch) {
      KubernetesClient client = who == Who.OPERATOR ? cluster.operator() : user;
      client
          .genericKubernetesResources(version(kind), kind)
          .inNamespace(InstalledCluster.NAMESPACE)
          .withName(name)
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    @Override
    public void replace(String manifest) {
      cluster.dev().replaced(manifest);
    }

    @Override
    public void delete(String kind, String name) {
      cluster.dev().run("delete", kind, name);
    }

    /** Nothing has changed for a while. */
    @Override
    public void settle() {
      Supplier<String> versions =
          () ->
              List.of("Deployment", "ReplicaSet", "Pod").stream()
                  .flatMap(kind -> list(kind).stream())
                  .map(o -> o.at("/metadata/uid").asText() + o.at("/metadata/resourceVersion"))
                  .toList()
                  .toString();
      String[] last = {versions.get()};
      Instant[] since = {Instant.now()};
      Await.until(
          "the control plane is quiet",
          PATIENCE,
          () -> {
            String now = versions.get();
            if (!now.equals(last[0])) {
              last[0] = now;
              since[0] = Instant.now();
            }
            return Instant.now().isAfter(since[0].plus(QUIET));
          });
    }
  }

  /** The simulation's: a node's part is to end pods at once. */
  final class Simulated implements ControlPlane {
    private static final Caller OPERATOR = new Caller("sluice", true);
    private static final Caller USER = Caller.user("dev");

    private final KubernetesSerialization json = new KubernetesSerialization();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ApiServer server =
        new ApiServer("agree-" + System.nanoTime(), () -> now, new SluiceAdmission());
    private final List<Controller> controllers =
        List.of(new DeploymentController(server), new ReplicaSetController(server));
    private final GarbageCollector garbage = new GarbageCollector(server);

    private static Key key(String kind, String name) {
      return new Key(kind, InstalledCluster.NAMESPACE, name);
    }

    @Override
    public List<JsonNode> list(String kind) {
      return server.list(kind).stream()
          .<JsonNode>map(o -> json.convertValue(o, ObjectNode.class))
          .toList();
    }

    @Override
    public void create(String manifest) {
      done(() -> server.create(USER, object(manifest)));
    }

    private HasMetadata object(String manifest) {
      HasMetadata object = json.unmarshal(manifest);
      if (object instanceof GenericKubernetesResource) {
        throw new IllegalArgumentException(object.getKind());
      }
      return object;
    }

    @Override
    public void merge(Who who, String kind, String name, String patch) {
      done(
          () ->
              server.merge(
                  who == Who.OPERATOR ? OPERATOR : USER,
                  key(kind, name),
                  json.unmarshal(patch, ObjectNode.class),
                  false,
                  true));
    }

    @Override
    public void replace(String manifest) {
      done(() -> server.update(USER, object(manifest)));
    }

    @Override
    public void delete(String kind, String name) {
      done(
          () -> {
            server.delete(USER, key(kind, name), java.util.Optional.empty());
            return name;
          });
    }

    private interface Asked {
      Object of() throws ApiError;
    }

    private static void done(Asked asked) {
      try {
        var _ = asked.of();
      } catch (ApiError e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void settle() {
      boolean moved = true;
      while (moved) {
        moved = false;
        now = now.plusSeconds(1);
        for (Controller controller : controllers) {
          controller.caches().stream()
              .filter(c -> c.behind())
              .forEach(
                  c -> {
                    while (c.behind()) {
                      c.hear();
                    }
                  });
          if (controller.hasWork()) {
            controller.work();
            moved = true;
          }
          moved |= controller.caches().stream().anyMatch(c -> c.behind());
        }
        if (garbage.hasWork()) {
          garbage.work();
          moved = true;
        }
        for (Pod pod : server.list(Pod.class)) {
          if (pod.getMetadata().getDeletionTimestamp() != null) {
            server.ended(Key.of(pod));
            moved = true;
          }
        }
      }
    }
  }
}
