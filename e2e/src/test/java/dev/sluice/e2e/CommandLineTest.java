package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.e2e.Person.Said;
import dev.sluice.kubernetes.Cluster;
import dev.sluice.operator.Settings;
import dev.sluice.operator.cluster.ClusterSources;
import dev.sluice.operator.cluster.Operator;
import dev.sluice.operator.telemetry.Telemetry;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command line against a real API server, by people who have the roles that come with Sluice
 * and no others. In {@code shop} an operator runs, by its own account; in {@code told} nobody does,
 * and the test writes what it would. No node is there: the new version's pods never become ready,
 * so that a release stands still where people can act on it.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Timeout(300)
class CommandLineTest {
  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.withSluiceAlone();

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TOLD = "told";
  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        replicas: 2
        selector: { matchLabels: { app: web } }
        template:
          metadata: { labels: { app: web } }
          spec:
            containers:
              - { name: app, image: "shop.local/web:v1", ports: [{ name: metrics, containerPort: 9102 }] }
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: web }
      spec: { selector: { app: web }, ports: [{ port: 80 }] }
      """;
  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: %s }
      spec:
        workloadRef: { name: web }
        services: [web]
        strategy: { blueGreen: { validate: 1s, bake: 1s } }
        drain: 1s
      """;

  @TempDir private static Path folder;

  private static Person viewer;
  private static Person editor;
  private static Person releaser;
  private static Operator operator;

  @BeforeAll
  static void begin() throws Exception {
    viewer = Person.of(cluster.kubelab(), "shop", "vera", folder, "sluice-viewer");
    editor = Person.of(cluster.kubelab(), "shop", "edda", folder, "sluice-viewer", "sluice-editor");
    releaser =
        Person.of(cluster.kubelab(), "shop", "rita", folder, "sluice-viewer", "sluice-releaser");
    operator =
        Operator.start(
            cluster.operator(),
            Optional.of("shop"),
            ClusterSources.reading(ClusterSources.Elsewhere.gateways(List.of())),
            Settings.defaults(),
            new Telemetry());
  }

  @AfterAll
  static void end() {
    operator.close();
  }

  @Test
  void people_act_on_a_release_and_the_operator_answers_each_of_them() {
    cluster.admin().with(WEB, "apply", "-f", "-");
    cluster.admin().with(POLICY.formatted("web"), "apply", "-f", "-");
    Await.until(
        "the operator has looked",
        PATIENCE,
        () -> viewer.sluice("get").out().contains("nothing is to be released"));
    assertThat(editor.sluice("abort").err())
        .isEqualToIgnoringNewLines(
            "Nothing was released by web so far, so there is nothing to act on.");
    assertThat(viewer.sluice("history").out()).startsWith("Nothing was released so far.");

    cluster.admin().run("set", "image", "deployment/web", "app=shop.local/web:v2");
    Await.until(
        "the release stands", PATIENCE, () -> viewer.sluice("get").out().contains("Preparing"));

    Said paused = editor.sluice("pause", "--reason", "lunch");
    assertThat(paused.exit()).as(paused.err()).isZero();
    assertThat(paused.out())
        .isEqualToIgnoringNewLines(
            "web-1: system:serviceaccount:shop:edda paused it. Reason given: lunch");

    Said noRight = editor.sluice("resume", "web");
    assertThat(noRight.exit()).isEqualTo(4);
    assertThat(noRight.err())
        .isEqualToIgnoringNewLines(
            "You may not resume releases in shop: ask for the verb create on releases/resume.");
    assertThat(noRight.out()).isEmpty();

    assertThat(releaser.sluice("resume", "web-1").exit()).isZero();
    Said refused = releaser.sluice("resume", "web");
    assertThat(refused.exit()).as(refused.err()).isEqualTo(2);
    assertThat(refused.out()).contains("was refused: it is not paused.");

    Said nobody = viewer.sluice("abort");
    assertThat(nobody.exit()).isEqualTo(4);
    assertThat(nobody.err())
        .isEqualToIgnoringNewLines(
            "system:serviceaccount:shop:vera may not create releasecommands in shop: ask for the"
                + " verb create on releasecommands.sluice.dev, which the roles sluice-editor and"
                + " sluice-releaser have.");

    Said explained = viewer.sluice("explain", "web");
    assertThat(explained.out())
        .startsWith("web-1 (")
        .contains("is Preparing")
        .contains("system:serviceaccount:shop:edda paused it. Reason given: lunch")
        .contains("You can give: sluice abort -n shop");

    Said aborted = editor.sluice("abort", "web-1", "--reason", "it burns");
    assertThat(aborted.exit()).as(aborted.err()).isZero();
    assertThat(aborted.out()).contains("edda aborted it. Reason given: it burns");

    Said watched = viewer.sluice("watch", "--timeout", "60");
    assertThat(watched.exit()).as(watched.out()).isEqualTo(1);

    Said tooLate = editor.sluice("abort", "web");
    assertThat(tooLate.exit()).isEqualTo(2);
    assertThat(tooLate.err())
        .isEqualToIgnoringNewLines(
            "web-1 has ended as aborted; it can no longer be told to abort.");
    Said nothing = releaser.sluice("undo");
    assertThat(nothing.exit()).as(nothing.err()).isEqualTo(2);
    assertThat(nothing.out()).contains("there is nothing to undo");

    Said retried = releaser.sluice("retry");
    assertThat(retried.exit()).as(retried.err()).isZero();
    Await.until(
        "it is released once more",
        PATIENCE,
        () -> viewer.sluice("history").out().contains("web-2"));
    Said stale = editor.sluice("abort", "web-1");
    assertThat(stale.exit()).isEqualTo(2);
    assertThat(stale.err())
        .isEqualToIgnoringNewLines("web-1 is not under way; the last release is web-2.");

    assertThat(viewer.sluice("history").out().lines())
        .as("newest first")
        .satisfiesExactly(
            head -> assertThat(head).startsWith("RELEASE"),
            second -> assertThat(second).startsWith("web-2").contains("runs"),
            first -> assertThat(first).startsWith("web-1").contains("Aborted"));
    assertThat(viewer.sluice("explain", "web-1").out()).startsWith("web-1 has ended as Aborted.");
    assertThat(viewer.sluice("watch", "web-1").exit()).isEqualTo(1);
    JsonNode policy = Json.read(viewer.sluice("get", "web", "-o", "json").out());
    assertThat(policy.at("/status/release").asText()).isEqualTo("web-2");
    assertThat(policy.at("/status/state").isMissingNode()).isTrue();
    assertThat(policy.at("/metadata/managedFields").isMissingNode()).isTrue();
    JsonNode list = Json.read(viewer.sluice("get", "releases", "-o", "json").out());
    assertThat(list.get("kind").asText()).isEqualTo("List");
    assertThat(list.get("items")).hasSize(2);
  }

  @Test
  void of_two_policies_one_must_be_named_and_what_nobody_takes_up_says_where_to_look()
      throws Exception {
    cluster.admin().run("create", "namespace", TOLD);
    Person person =
        Person.of(cluster.kubelab(), TOLD, "tess", folder, "sluice-viewer", "sluice-releaser");
    Kubectl there = Kubectl.admin(cluster.kubelab(), TOLD);
    there.with(POLICY.formatted("web"), "apply", "-f", "-");
    there.with(POLICY.formatted("mail"), "apply", "-f", "-");
    for (String command : List.of("explain", "watch", "history", "abort", "approve")) {
      Said said = person.sluice(command);
      assertThat(said.exit()).as(command).isEqualTo(2);
      assertThat(said.err())
          .isEqualToIgnoringNewLines(
              "There are 2 policies in the namespace told: name one of mail, web.");
    }
    assertThat(person.sluice("explain", "web").out())
        .contains("No operator has looked at this policy yet.");
    assertThat(person.sluice("explain", "wep").err()).contains("Did you mean web?");

    operatorSays(
        Cluster.POLICIES,
        "web",
        "{\"observedGeneration\":1,\"phase\":\"Shifting\",\"stage\":\"preview\",\"weight\":\"0%\","
            + "\"release\":\"web-4\",\"reason\":\"stage\",\"message\":\"Stage preview begins.\"}");
    Said abort = person.sluice("abort", "web", "--timeout", "1");
    assertThat(abort.exit()).as(abort.err()).isEqualTo(3);
    assertThat(abort.err())
        .startsWith(
            "web-4 was told to abort, and nobody has taken it up within 1 s. The command"
                + " (releasecommand/abort-")
        .contains("stands: an operator that comes back carries it out")
        .contains("docs/escape.md");
    assertThat(there.run("get", "releasecommands", "-o", "jsonpath={.items[*].spec.by}"))
        .as("the API server stamps who gave it")
        .isEqualTo("system:serviceaccount:told:tess");

    Said everywhere = person.sluice("get", "-A");
    assertThat(everywhere.exit()).isEqualTo(4);
    assertThat(everywhere.err())
        .contains("may not list releasepolicies at the cluster scope")
        .contains("sluice-viewer");
    Said elsewhere = person.sluice("get", "-n", "shop");
    assertThat(elsewhere.exit()).isEqualTo(4);
    assertThat(elsewhere.err()).contains("may not list releasepolicies in shop");
  }

  @Test
  void a_policy_for_what_runs_is_written_and_accepted() throws Exception {
    Person developer = Person.of(cluster.kubelab(), "shop", "dora", folder, "view");
    cluster
        .admin()
        .run("create", "rolebinding", "dora", "--role=dev", "--serviceaccount=shop:dora");
    cluster.kubelab().awaitGrants();
    cluster.admin().with(WEB.replace("web", "cart"), "apply", "-f", "-");
    cluster
        .admin()
        .with(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: cart-route }
            spec: { rules: [{ backendRefs: [{ name: cart, port: 80 }] }] }
            """,
            "apply",
            "-f",
            "-");

    Said said = developer.sluice("init", "deployment/cart");

    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(Manifest.read(said.out())).isInstanceOf(Parsed.Ok.class);
    assertThat(said.out())
        .contains("httpRoutes: [{ name: cart-route }]")
        .contains("preset: Standard")
        .contains("scrape: { port: 9102, path: /metrics }");
    assertThat(said.err())
        .as("what is not there, and nothing else")
        .isEqualToIgnoringNewLines(
            "No pod is ready that could be asked for its metrics."
                + "No PodDisruptionBudget covers the pods: a drained node may take all pods of one version"
                + " at once, in a release as at any time.");
    cluster.admin().with(said.out(), "apply", "--dry-run=server", "-f", "-");

    Said unknown = developer.sluice("init", "deployment/carp");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err())
        .isEqualToIgnoringNewLines("There is no Deployment carp in shop. Did you mean cart?");
    Said noRight = viewer.sluice("init", "deployment/cart");
    assertThat(noRight.exit()).isEqualTo(4);
    assertThat(noRight.err()).contains("may not get deployments in shop");
  }

  /** What an operator that has gone would have left behind. */
  private static void operatorSays(ResourceDefinitionContext kind, String name, String status) {
    cluster
        .operator()
        .genericKubernetesResources(kind)
        .inNamespace(TOLD)
        .withName(name)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":" + status + "}");
  }
}
