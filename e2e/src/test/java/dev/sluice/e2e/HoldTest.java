package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No new version runs by itself, whoever writes. */
@Tag("cluster")
@Tag("own")
@Order(1)
@Tag("slow")
@Timeout(300)
class HoldTest {
  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.share("hold");

  /** Without pods: they would only be waited for. */
  private static final String MANIFEST =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: web }
      spec:
        replicas: 0
        selector: { matchLabels: { app: web } }
        template:
          metadata: { labels: { app: web } }
          spec:
            containers: [{ name: app, image: "shop.local/web:v1", imagePullPolicy: Never }]
      """;

  private static final String V2 = MANIFEST.replace(":v1", ":v2");

  @BeforeEach
  void a_deployment_that_is_adopted() {
    cluster.dev().with(MANIFEST, "apply", "-f", "-");
    Await.until("its set is there", Duration.ofSeconds(30), () -> revision().equals("1"));
    cluster.dev().run("label", "deployment/web", "sluice.dev/policy=web");
  }

  @AfterEach
  void gone() {
    cluster.admin().run("delete", "deployment/web", "--cascade=foreground", "--wait");
  }

  @Test
  void every_way_to_change_the_template_is_held_in_the_same_write() {
    cluster.dev().with(V2, "apply", "-f", "-");
    assertHeld("v2");
    unhold();
    cluster.dev().forced("kustomize-controller", MANIFEST);
    assertHeld("v1");
    unhold();
    cluster.dev().run("set", "image", "deployment/web", "app=shop.local/web:v3");
    assertHeld("v3");
    unhold();
    cluster.dev().edit("s/web:v3/web:v4/", "deployment/web");
    assertHeld("v4");
    unhold();
    cluster.dev().run("rollout", "restart", "deployment/web");
    assertHeld("v4");
    unhold();
    cluster.admin().run("set", "image", "deployment/web", "app=shop.local/web:v5");
    assertHeld("v5");
  }

  @Test
  void a_replace_without_any_label_is_held_and_takes_nothing_away() {
    cluster.dev().replaced(V2);
    assertHeld("v2");
    assertThat(label("policy")).isEqualTo("web");
    cluster.dev().replaced(V2);
    assertHeld("v2");
    cluster.admin().replaced(V2);
    assertHeld("v2");
    assertThat(label("policy")).isEqualTo("web");
  }

  @Test
  void a_replace_while_nothing_is_held_takes_the_label_away_from_nobody() {
    for (Kubectl who : List.of(cluster.dev(), cluster.admin())) {
      who.replaced(MANIFEST);
      assertThat(label("policy")).isEqualTo("web");
      assertThat(label("held")).isEmpty();
    }
    cluster.dev().replaced(V2);
    assertHeld("v2");
  }

  @Test
  void nobody_but_the_operator_takes_the_hold_away() {
    cluster.dev().with(V2, "apply", "-f", "-");
    cluster.operatorMerges(
        "apps/v1",
        "Deployment",
        "web",
        "{\"metadata\":{\"labels\":{\"sluice.dev/release\":\"web-1\"},"
            + "\"annotations\":{\"sluice.dev/release\":\"web-1\"}}}");
    cluster.dev().run("label", "deployment/web", "sluice.dev/held-", "sluice.dev/policy-");
    cluster.dev().run("label", "--overwrite", "deployment/web", "sluice.dev/held=x");
    cluster.dev().run("label", "deployment/web", "sluice.dev/release-");
    cluster.dev().run("annotate", "deployment/web", "sluice.dev/release-");
    cluster.dev().run("patch", "deployment/web", "-p", "{\"spec\":{\"paused\":false}}");
    cluster.dev().run("rollout", "resume", "deployment/web");
    assertHeld("v2");
    assertThat(label("held")).isEqualTo("true");
    assertThat(label("policy")).isEqualTo("web");
    assertThat(label("release")).isEqualTo("web-1");
    assertThat(annotation("release")).isEqualTo("web-1");

    unhold();
    assertThat(live().at("/spec/paused").asBoolean()).isFalse();
    Await.until("it rolls", Duration.ofSeconds(30), () -> revision().equals("2"));
  }

  @Test
  void who_changed_the_template_is_written_down_and_nobody_else_can() {
    cluster.dev().run("annotate", "deployment/web", "sluice.dev/authors=somebody");
    assertThat(annotation("authors")).as("nothing is held").isEmpty();
    cluster.dev().with(V2, "apply", "-f", "-");
    assertThat(annotation("authors")).isEqualTo("dev");
    cluster.dev().run("annotate", "--overwrite", "deployment/web", "sluice.dev/authors=somebody");
    cluster.dev().run("annotate", "deployment/web", "sluice.dev/authors-");
    cluster.dev().replaced(V2);
    assertThat(annotation("authors")).isEqualTo("dev");

    Kubectl other = Kubectl.person(cluster.kubelab(), "hold", "other");
    cluster.admin().run("create", "rolebinding", "other", "--role=dev", "--user=other");
    cluster.kubelab().awaitGrants();
    other.run("set", "image", "deployment/web", "app=shop.local/web:v3");
    cluster.dev().run("set", "image", "deployment/web", "app=shop.local/web:v4");
    assertThat(annotation("authors")).isEqualTo("dev\nother");
    unhold();
    assertThat(annotation("authors")).isEmpty();
  }

  @Test
  void a_change_that_nobody_saw_keeps_its_author_unknown() {
    cluster.operatorMerges(
        "apps/v1",
        "Deployment",
        "web",
        "{\"metadata\":{\"labels\":{\"sluice.dev/held\":\"true\"}}}");
    cluster.dev().with(V2, "apply", "-f", "-");
    assertThat(annotation("authors")).isEmpty();
  }

  @Test
  void who_may_escape_takes_it_away_by_hand() {
    cluster.dev().with(V2, "apply", "-f", "-");
    cluster.admin().run("label", "deployment/web", "sluice.dev/held-");
    assertThat(label("held")).isEmpty();
    assertThat(live().at("/spec/paused").asBoolean()).isFalse();
  }

  @Test
  void everything_else_works_while_it_is_held() {
    cluster.dev().with(V2, "apply", "-f", "-");
    cluster.dev().with(V2.replace("replicas: 0", "replicas: 2"), "apply", "-f", "-");
    assertThat(live().at("/spec/replicas").asInt()).isEqualTo(2);
    cluster
        .dev()
        .forced(
            "argocd-controller", V2.replace("replicas: 0", "replicas: 3\n  minReadySeconds: 4"));
    assertThat(live().at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(live().at("/spec/minReadySeconds").asInt()).isEqualTo(4);
    cluster.dev().edit("s/minReadySeconds:.4/minReadySeconds:\\ 5/", "deployment/web");
    assertThat(live().at("/spec/minReadySeconds").asInt()).isEqualTo(5);
    cluster.dev().run("scale", "deployment/web", "--replicas=4");
    assertThat(live().at("/spec/replicas").asInt()).isEqualTo(4);
    cluster.dev().replaced(V2.replace("{ name: web }", "{ name: web, labels: { team: a } }"));
    assertThat(live().at("/metadata/labels/team").asText()).isEqualTo("a");
    cluster.dev().run("label", "deployment/web", "mine=x");
    assertThat(live().at("/metadata/labels/mine").asText()).isEqualTo("x");
    assertHeld("v2");
    assertThat(cluster.admin().run("get", "replicasets", "-l", "app=web", "-o", "name").lines())
        .hasSize(1);
  }

  @Test
  void rollout_undo_is_held_like_any_other_change() {
    cluster.dev().with(V2, "apply", "-f", "-");
    unhold();
    Await.until("v2 rolls", Duration.ofSeconds(30), () -> revision().equals("2"));
    cluster.dev().run("rollout", "undo", "deployment/web");
    assertHeld("v1");
  }

  @Test
  void what_changes_no_template_is_not_held_and_nobody_gives_a_hold() {
    cluster.dev().run("scale", "deployment/web", "--replicas=2");
    cluster.dev().forced("kustomize-controller", MANIFEST);
    cluster.dev().run("label", "deployment/web", "sluice.dev/held=true");
    assertThat(label("held")).isEmpty();
    assertThat(live().at("/spec/paused").asBoolean()).isFalse();
  }

  @Test
  void a_users_own_pause_stays_theirs() {
    cluster.dev().run("rollout", "pause", "deployment/web");
    cluster.dev().run("label", "deployment/web", "mine=x");
    assertThat(live().at("/spec/paused").asBoolean()).isTrue();
    cluster.dev().run("rollout", "resume", "deployment/web");
    assertThat(live().at("/spec/paused").asBoolean()).isFalse();
  }

  @Test
  void who_leaves_takes_the_label_and_rolls_natively() {
    cluster.dev().run("label", "deployment/web", "sluice.dev/policy-");
    cluster.dev().with(V2, "apply", "-f", "-");
    assertThat(label("held")).isEmpty();
    Await.until("it rolls", Duration.ofSeconds(30), () -> revision().equals("2"));
  }

  @Test
  void a_dry_run_of_what_is_in_git_equals_what_is_live() {
    cluster.dev().forced("kustomize-controller", V2);
    JsonNode live = live();
    JsonNode dry =
        Json.read(
            cluster.dev().forced("kustomize-controller", V2, "--dry-run=server", "-o", "json"));
    assertThat(dry.get("spec")).isEqualTo(live.get("spec"));
    assertThat(dry.at("/metadata/labels")).isEqualTo(live.at("/metadata/labels"));
  }

  private static void unhold() {
    cluster.operatorMerges(
        "apps/v1", "Deployment", "web", "{\"metadata\":{\"labels\":{\"sluice.dev/held\":null}}}");
  }

  private static void assertHeld(String version) {
    JsonNode live = live();
    assertThat(live.at("/spec/template/spec/containers/0/image").asText()).endsWith(":" + version);
    assertThat(live.at("/spec/paused").asBoolean()).isTrue();
    assertThat(live.at("/metadata/labels/sluice.dev~1held").asText()).isEqualTo("true");
  }

  private static JsonNode live() {
    return cluster.get("deployment/web");
  }

  private static String revision() {
    return live().at("/metadata/annotations/deployment.kubernetes.io~1revision").asText();
  }

  private static String label(String name) {
    return live().at("/metadata/labels/sluice.dev~1" + name).asText();
  }

  private static String annotation(String name) {
    return live().at("/metadata/annotations/sluice.dev~1" + name).asText();
  }
}
