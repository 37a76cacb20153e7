package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.engine.world.RouteState;
import dev.sluice.kubernetes.Adoption;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.kubernetes.Marking;
import dev.sluice.kubernetes.Workload;
import dev.sluice.kubernetes.Writes;
import dev.sluice.kubernetes.route.Router;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What every router must do, tried on a real API server by the operator's own account. Its objects
 * are made by dev, who writes as GitOps tools do.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(300)
abstract class RouterContract {
  @RegisterExtension
  static final InstalledCluster cluster = InstalledCluster.share(InstalledCluster.NAMESPACE);

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  static final Match HEADER = new Match.Header("x-canary", "always");
  static final Match COOKIE = new Match.Cookie("canary", "always");
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        replicas: 0
        selector: { matchLabels: { app: web } }
        template:
          metadata: { labels: { app: web } }
          spec: { containers: [{ name: app, image: "shop.local/web:v1" }] }
      """;

  private Optional<Cluster> watched = Optional.empty();

  /** The kind of the user's objects, as kubectl knows it. */
  abstract String kind();

  /**
   * A user's object that leads to a Service.
   *
   * @param edit what this edition of it says where it may say anything
   */
  abstract String manifest(String name, String service, String edit);

  /** The policy's {@code route} for these objects. */
  abstract String route(List<String> names);

  /** What the object itself sends to the candidate, whatever the router says of it. */
  abstract int perMille(String name);

  /** The object that carries the split of that user's object. */
  abstract String carrier(String name);

  /** Divides the requests of one object as the operator would, past the router. */
  abstract void splitPast(String name, int perMille);

  @BeforeEach
  void arrange() throws Exception {
    watched =
        Optional.of(
            new Cluster(cluster.operator(), Optional.of(InstalledCluster.NAMESPACE), _ -> {}));
    watched.get().synced(PATIENCE);
    cluster.dev().forced("kustomize-controller", DEPLOYMENT);
    apply("web", "first");
  }

  @AfterEach
  void gone() {
    watched.ifPresent(Cluster::close);
    cluster.admin().run("delete", kind() + ",ingresses,deployments", "--all");
  }

  @Test
  void what_is_written_is_what_the_object_does_and_what_is_read_back() {
    Router router = router("web");
    for (Split split :
        List.of(
            split(0, HEADER),
            split(5),
            split(50, COOKIE, HEADER),
            split(500, HEADER, COOKIE),
            split(1000),
            split(0))) {
      written(router, split);
      assertThat(state(router).split()).contains(split);
      assertThat(perMille("web")).as("%s", split).isEqualTo(split.candidate().perMille());
    }
  }

  @Test
  void written_twice_it_is_written_once() {
    Router router = router("web");
    written(router, split(50, HEADER));
    String version = state(router).version();
    written(router, split(50, HEADER));
    assertThat(state(router).version()).isEqualTo(version);
  }

  @Test
  void a_write_on_what_was_seen_before_is_a_conflict_and_changes_nothing() {
    Router router = router("web");
    String none = state(router).version();
    written(router, split(50));
    String seen = state(router).version();
    cluster.admin().run("annotate", carrier("web"), "shop.example/note=hello");
    until("the note is seen", () -> !state(router).version().equals(seen));
    for (String stale : List.of(none, seen)) {
      assertThat(router.write(split(1000), stale)).isInstanceOf(Outcome.Conflict.class);
      assertThat(router.clear(stale)).isInstanceOf(Outcome.Conflict.class);
    }
    assertThat(state(router).split()).contains(split(50));
    assertThat(perMille("web")).isEqualTo(50);
  }

  @Test
  void cleared_it_is_what_the_user_wrote_to_the_letter() {
    Router router = router("web");
    Map<String, JsonNode> before = objects();
    written(router, split(50, HEADER, COOKIE));
    written(router, split(500));
    written(router, split(0));
    assertThat(router.clear(state(router).version())).isEqualTo(new Outcome.Applied());
    assertThat(state(router).split()).isEmpty();
    assertThat(objects()).isEqualTo(before);
    assertThat(router.clear(state(router).version()))
        .as("done twice")
        .isEqualTo(new Outcome.Applied());
    assertThat(objects()).isEqualTo(before);
  }

  @Test
  void while_several_disagree_the_one_that_gives_most_is_seen_until_all_agree() {
    apply("other", "first");
    Router router = router("web", "other");
    written(router, split(50));
    assertThat(perMille("other")).isEqualTo(50);
    splitPast("other", 500);
    until("the most is seen", () -> share(router) == 500);
    assertThat(state(router).split()).as("it is not what was asked for").isNotEqualTo(split(500));

    written(router, split(50));
    assertThat(state(router).split()).contains(split(50));
    assertThat(List.of(perMille("web"), perMille("other"))).containsExactly(50, 50);
    splitPast("other", 0);
    until("they disagree again", () -> !state(router).split().equals(Optional.of(split(50))));
    assertThat(share(router)).isEqualTo(50);
  }

  @Test
  void an_apply_by_force_in_between_takes_nothing_away_and_its_edit_stays() {
    Router router = router("web");
    written(router, split(50, HEADER));
    apply("web", "second");
    until(
        "it is as asked for, with the edit",
        () -> {
          if (!state(router).split().equals(Optional.of(split(50, HEADER)))) {
            written(router, split(50, HEADER));
          }
          return carried("web").contains("second");
        });
    assertThat(perMille("web")).isEqualTo(50);
    until("cleared", () -> router.clear(state(router).version()).equals(new Outcome.Applied()));
    cluster.dev().forced("kustomize-controller", manifest("fresh", "web", "second"));
    assertThat(spec("web")).isEqualTo(spec("fresh").replace("fresh", "web"));
  }

  @Test
  void what_is_missing_is_said_and_keeps_nobody_from_the_way_back() {
    apply("other", "first");
    Router router = router("web", "other");
    written(router, split(500));
    cluster.dev().run("delete", kind(), "other");
    until("it is said", () -> !router.refusals().isEmpty());
    assertThat(router.refusals())
        .singleElement()
        .asString()
        .startsWith("There is no ")
        .endsWith(" other in shop; the policy names it.");
    until(
        "nothing goes to the candidate",
        () -> {
          Outcome _ = router.write(split(0), state(router).version());
          return perMille("web") == 0;
        });

    cluster.dev().run("delete", kind(), "web");
    until("both are missed", () -> router.refusals().size() == 2);
    until(
        "nobody can write",
        () -> router.write(split(50), state(router).version()) instanceof Outcome.Conflict);
  }

  @Test
  void one_that_the_policy_no_longer_names_loses_its_split_with_the_next_write() {
    apply("other", "first");
    Map<String, JsonNode> before = adopted("web", "other");
    written(router("web", "other"), split(500));
    Router router = router("web");
    assertThat(state(router).split()).isNotEqualTo(Optional.of(split(500)));
    written(router, split(500));
    assertThat(state(router).split()).contains(split(500));
    assertThat(perMille("other")).isZero();
    assertThat(objects().get("other")).isEqualTo(before.get("other"));
  }

  @Test
  void where_there_is_nothing_to_split_no_release_starts() {
    cluster.dev().forced("kustomize-controller", manifest("static", "files", "first"));
    until("it is seen", () -> !unadopted("static").refusals().toString().contains("There is no"));
    assertThat(unadopted("static").refusals())
        .singleElement()
        .asString()
        .contains(" static ", "the Service web", "nothing to split");
    assertThat(unadopted("web").refusals()).isEmpty();
  }

  @Test
  void what_it_cannot_do_is_said_before_a_release_starts() {
    Router router =
        router(
            "{ stages: [{ name: all, weight: 100, mirror: 10 }], affinity: { cookie: track } }",
            List.of("web"));
    assertThat(router.abilities().match()).isTrue();
    assertThat(router.abilities().affinity()).isFalse();
    assertThat(router.refusals())
        .satisfiesExactly(
            affinity ->
                assertThat(affinity)
                    .startsWith("The policy asks for affinity")
                    .endsWith("Take affinity away."),
            mirror -> assertThat(mirror).startsWith("Stage all asks for mirror, and "));
  }

  Router router(String... names) {
    return router("{ preset: Standard }", List.of(names));
  }

  /** Its objects are adopted, as the operator does first. */
  Router router(String canary, List<String> names) {
    ReleasePolicy policy = policy(canary, names);
    Workload workload = Workload.of(policy);
    Writes writes = new Writes(cluster.operator(), () -> Marking.byAdmission(workload));
    until("the Deployment is seen", () -> watched().deployments().get("shop", "web").isPresent());
    Router router = Router.of(policy, watched(), workload, writes);
    until("all objects are seen", () -> !router.refusals().toString().contains("There is no"));
    until(
        "they are adopted",
        () -> {
          try {
            new Adoption(watched(), workload, writes, InstantSource.system()).adopt(true);
            return true;
          } catch (IOException conflict) {
            return false;
          }
        });
    return router;
  }

  private Router unadopted(String name) {
    ReleasePolicy policy = policy("{ preset: Standard }", List.of(name));
    Workload workload = Workload.of(policy);
    return Router.of(
        policy,
        watched(),
        workload,
        new Writes(cluster.operator(), () -> Marking.byAdmission(workload)));
  }

  private Map<String, JsonNode> adopted(String... names) {
    Router _ = router(names);
    return objects();
  }

  Cluster watched() {
    return watched.orElseThrow();
  }

  private ReleasePolicy policy(String canary, List<String> names) {
    String yaml =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: ReleasePolicy
        metadata: { name: web, namespace: shop }
        spec:
          workloadRef: { name: web }
          services: [web]
          route: %s
          strategy: { canary: %s }
        """
            .formatted(route(names), canary);
    return switch (Manifest.read(yaml)) {
      case Parsed.Ok<Manifest>(Manifest manifest) -> (ReleasePolicy) manifest.objects().getFirst();
      case Parsed.Bad<Manifest> bad -> throw new AssertionError(bad.problems());
    };
  }

  static Split split(int perMille, Match... match) {
    return new Split("web-1", new Share(perMille), List.of(match), Optional.empty(), Share.NONE);
  }

  static RouteState state(Router router) {
    return router.state().orElseThrow();
  }

  private static int share(Router router) {
    return state(router).candidateShare().perMille();
  }

  /** Looks and writes until it is done, as the loop does: gateways and watches write too. */
  static void written(Router router, Split split) {
    until(
        "%s is written".formatted(split),
        () ->
            switch (router.write(split, state(router).version())) {
              case Outcome.Applied _ -> true;
              case Outcome.Conflict _ -> false;
              case Outcome.Refused refused -> throw new AssertionError(refused.why());
              case Outcome.Unknown unknown -> throw new AssertionError(unknown.why());
            });
  }

  static void until(String what, BooleanSupplier so) {
    Await.until(what, PATIENCE, so);
  }

  void apply(String name, String edit) {
    cluster.dev().forced("kustomize-controller", manifest(name, "web", edit));
  }

  private String spec(String name) {
    return cluster.get(kind() + "/" + name).get("spec").toString();
  }

  String carried(String name) {
    return cluster.get(carrier(name)).get("spec").toString();
  }

  /** What users and we wrote into each object of the kind. */
  Map<String, JsonNode> objects() {
    JsonNode all = Json.read(cluster.admin().run("get", kind(), "-o", "json"));
    return all.get("items")
        .valueStream()
        .collect(
            Collectors.toMap(
                object -> object.at("/metadata/name").asText(),
                RouterContract::withoutTheServers,
                (a, _) -> a,
                TreeMap::new));
  }

  private static JsonNode withoutTheServers(JsonNode object) {
    ObjectNode kept = object.deepCopy();
    kept.remove("status");
    ObjectNode metadata = kept.withObjectProperty("metadata");
    Stream.of("resourceVersion", "generation", "managedFields").forEach(metadata::remove);
    return kept;
  }
}
