package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.ControlPlane.Who;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The simulation's models and the real control plane come to the same states by the same writes:
 * random ones, by users and by what an operator would write, with the admission policies.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(1200)
class ModelsAgreeTest {
  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.withSluiceAlone();

  /** One in each run of all tests; more by {@code -Dsluice.agree.stories}, from another seed on. */
  private static final int STORIES = Integer.getInteger("sluice.agree.stories", 1);

  private static final long SEED = Long.getLong("sluice.agree.seed", 1);
  private static final int WRITES = 12;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web, namespace: shop, labels: { team: a } }
      spec:
        replicas: 4
        selector: { matchLabels: { app: web } }
        strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } }
        template:
          metadata: { labels: { app: web } }
          spec: { containers: [{ name: app, image: "v1" }] }
      """;
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: { name: web, namespace: shop }
      spec: { selector: { app: web }, ports: [{ port: 80 }] }
      """;
  private static final String ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: web, namespace: shop }
      spec: { rules: [{ backendRefs: [{ kind: Service, group: "", name: web, port: 80, weight: 1 }] }] }
      """;

  /** One write, of both sides by their own names. */
  private interface Write {
    void to(ControlPlane side);
  }

  private record Told(String what, Write write) {}

  @Test
  void the_same_writes_end_in_the_same_states() {
    for (long seed = SEED; seed < SEED + STORIES; seed++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      ControlPlane real = ControlPlane.real(cluster);
      ControlPlane simulated = ControlPlane.simulated();
      List<ControlPlane> both = List.of(real, simulated);
      both.forEach(ModelsAgreeTest::adopted);
      List<String> history = new ArrayList<>();
      for (int i = 0; i < WRITES; i++) {
        Told next = next(random, simulated);
        history.add(next.what());
        both.forEach(next.write()::to);
        both.forEach(ControlPlane::settle);
        assertAgreed(real, simulated, "seed %d: %s".formatted(seed, history));
      }
      for (String kind : List.of("Deployment", "Service", "HTTPRoute")) {
        real.delete(kind, "web");
      }
      real.settle();
    }
  }

  /** A controller of the real one that stood still for a while may have looked settled. */
  private static void assertAgreed(ControlPlane real, ControlPlane simulated, String after) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!state(simulated).equals(state(real)) && System.nanoTime() < deadline) {
      real.settle();
    }
    assertThat(state(simulated)).as(after).isEqualTo(state(real));
  }

  private static void adopted(ControlPlane side) {
    List.of(DEPLOYMENT, SERVICE, ROUTE).forEach(side::create);
    for (String kind : List.of("Deployment", "Service", "HTTPRoute")) {
      side.merge(
          Who.OPERATOR, kind, "web", "{\"metadata\":{\"labels\":{\"sluice.dev/policy\":\"web\"}}}");
    }
    side.settle();
  }

  private static Told next(RandomGenerator random, ControlPlane now) {
    boolean held = now.get("Deployment", "web").at("/metadata/labels").has("sluice.dev/held");
    int x = random.nextInt(1 << 16);
    return switch (random.nextInt(11)) {
      case 0, 1 -> template("v" + (1 + x % 3));
      case 2 -> user("Deployment", "{\"spec\":{\"replicas\":%d}}".formatted(1 + x % 6));
      case 3 -> user("Deployment", "{\"spec\":{\"paused\":false}}");
      case 4 -> held ? operator("Deployment", label("held", "null")) : template("v" + (1 + x % 3));
      case 5 -> operator("Service", annotation("pin", x % 3 == 0 ? "null" : "\"abc12\""));
      case 6 ->
          user("Service", "{\"spec\":{\"selector\":{\"app\":\"web\",\"pod-template-hash\":null}}}");
      case 7 -> operator("HTTPRoute", split(x % 3 == 0 ? -1 : x % 1001));
      case 8 ->
          new Told(
              "replace all", side -> List.of(DEPLOYMENT, SERVICE, ROUTE).forEach(side::replace));
      default -> held ? hands(now) : template("v" + (1 + x % 3));
    };
  }

  /** While it is held, what serves is taken out, or what is out is given in. */
  private static Told hands(ControlPlane now) {
    Optional<String> in =
        now.list("ReplicaSet").stream()
            .filter(s -> s.at("/spec/replicas").asInt() > 0 && isIn(s))
            .map(ModelsAgreeTest::image)
            .findFirst();
    Optional<String> out =
        now.list("ReplicaSet").stream()
            .filter(s -> s.at("/spec/replicas").asInt() > 0 && !isIn(s))
            .map(ModelsAgreeTest::image)
            .findFirst();
    return in.isPresent()
        ? new Told("take out " + in.get(), side -> takeOut(side, in.get()))
        : out.map(image -> new Told("give in " + image, side -> giveIn(side, image)))
            .orElseGet(() -> template("v1"));
  }

  private static void takeOut(ControlPlane side, String image) {
    JsonNode set = set(side, image);
    JsonNode owner = set.at("/metadata/ownerReferences/0");
    side.merge(
        Who.OPERATOR,
        "ReplicaSet",
        set.at("/metadata/name").asText(),
        """
        {"metadata":{"labels":{"app":null,"sluice.dev/track":"stable"},
        "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":%s}]}}
        """
            .formatted(owner.path("uid")));
  }

  private static void giveIn(ControlPlane side, String image) {
    side.merge(
        Who.OPERATOR,
        "ReplicaSet",
        set(side, image).at("/metadata/name").asText(),
        """
        {"metadata":{"labels":{"app":"web","sluice.dev/track":null},"annotations":{
        "deployment.kubernetes.io/desired-replicas":null,"deployment.kubernetes.io/max-replicas":null}}}
        """);
  }

  private static JsonNode set(ControlPlane side, String image) {
    return side.list("ReplicaSet").stream()
        .filter(s -> image(s).equals(image))
        .findFirst()
        .orElseThrow();
  }

  private static Told template(String image) {
    return user(
        "Deployment",
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"app\",\"image\":\"%s\"}]}}}}"
            .formatted(image));
  }

  private static Told user(String kind, String patch) {
    return new Told("user " + patch, side -> side.merge(Who.USER, kind, "web", patch));
  }

  private static Told operator(String kind, String patch) {
    return new Told("operator " + patch, side -> side.merge(Who.OPERATOR, kind, "web", patch));
  }

  private static String label(String key, String value) {
    return "{\"metadata\":{\"labels\":{\"sluice.dev/%s\":%s}}}".formatted(key, value);
  }

  private static String annotation(String key, String value) {
    return "{\"metadata\":{\"annotations\":{\"sluice.dev/%s\":%s}}}".formatted(key, value);
  }

  /** As an operator writes it, with the release that it belongs to; below 0: none. */
  private static String split(int weight) {
    return weight < 0
        ? "{\"metadata\":{\"annotations\":{\"sluice.dev/split\":null,\"sluice.dev/release\":null}}}"
        : "{\"metadata\":{\"annotations\":{\"sluice.dev/split\":\"web web-candidate %d 1000 1\",\"sluice.dev/release\":\"web-1\"}}}"
            .formatted(weight);
  }

  private static String image(JsonNode set) {
    return set.at("/spec/template/spec/containers/0/image").asText();
  }

  private static boolean isIn(JsonNode set) {
    return set.at("/metadata/labels").has("app");
  }

  /** What must be the same, by names that both have. */
  private static Map<String, Object> state(ControlPlane side) {
    Map<String, Object> state = new TreeMap<>();
    JsonNode deployment = side.get("Deployment", "web");
    state.put("paused", deployment.at("/spec/paused").asBoolean());
    state.put("replicas", deployment.at("/spec/replicas").asInt());
    state.put("labels", deployment.at("/metadata/labels"));
    state.put("held", deployment.at("/metadata/labels").has("sluice.dev/held"));
    state.put("status", deployment.at("/status/replicas").asInt());
    for (JsonNode set : side.list("ReplicaSet")) {
      boolean controlled = set.at("/metadata/ownerReferences/0/controller").asBoolean();
      long pods =
          side.list("Pod").stream()
              .filter(
                  p -> p.at("/metadata/ownerReferences/0/name").equals(set.at("/metadata/name")))
              .count();
      state.put(
          "set " + image(set),
          "size %d, pods %d, in %s, controlled %s"
              .formatted(set.at("/spec/replicas").asInt(), pods, isIn(set), controlled));
    }
    JsonNode service = side.get("Service", "web");
    state.put("selector", service.at("/spec/selector").at("/pod-template-hash").asText());
    state.put("policy", service.at("/metadata/labels").has("sluice.dev/policy"));
    List<String> backends = new ArrayList<>();
    side.get("HTTPRoute", "web")
        .at("/spec/rules/0/backendRefs")
        .forEach(b -> backends.add(b.path("name").asText() + " " + b.path("weight")));
    state.put("backends", backends);
    return state;
  }
}
