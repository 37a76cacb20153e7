package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pinned Service selects one version, and a pinned budget counts it, whoever writes. */
@Tag("cluster")
@Tag("own")
@Order(1)
@Tag("slow")
@Timeout(300)
class PinTest {
  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.share("pin");

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: { name: web }
      spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
      """;
  private static final String BUDGET =
      """
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: { name: web }
      spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
      """;
  private static final String HASH = "5d8f7c9b4";

  @BeforeEach
  void a_service_and_a_budget_that_are_adopted() {
    for (String manifest : List.of(SERVICE, BUDGET)) {
      cluster.dev().with(manifest, "apply", "-f", "-");
    }
    cluster.dev().run("label", "service/web", "pdb/web", "sluice.dev/policy=web");
    pin(HASH);
  }

  @AfterEach
  void gone() {
    cluster.admin().run("delete", "service/web", "pdb/web");
  }

  @Test
  void the_selector_has_the_hash_and_the_operator_owns_no_field_of_it() {
    assertPinned(HASH);
    assertThat(cluster.ownersOf("service/web", "selector"))
        .containsExactly("kubectl-client-side-apply");
    assertThat(cluster.ownersOf("pdb/web", "selector"))
        .containsExactly("kubectl-client-side-apply");
  }

  @Test
  void the_pin_survives_every_foreign_write() {
    for (String manifest : List.of(SERVICE, BUDGET)) {
      cluster.dev().with(manifest, "apply", "-f", "-");
      for (String manager : List.of("kustomize-controller", "argocd-controller", "helm")) {
        cluster.dev().forced(manager, manifest);
      }
      cluster.dev().replaced(manifest);
      cluster.admin().replaced(manifest);
    }
    for (String object : List.of("service/web", "pdb/web")) {
      cluster.dev().run("annotate", object, "sluice.dev/pin-");
      cluster.dev().run("annotate", "--overwrite", object, "sluice.dev/pin=other");
      cluster.dev().run("label", object, "sluice.dev/policy-");
    }
    assertPinned(HASH);
    for (String object : List.of("service/web", "pdb/web")) {
      assertThat(cluster.get(object).at("/metadata/annotations/sluice.dev~1pin").asText())
          .isEqualTo(HASH);
      assertThat(cluster.get(object).at("/metadata/labels/sluice.dev~1policy").asText())
          .isEqualTo("web");
    }
  }

  @Test
  void a_replace_takes_the_label_away_from_nobody_while_there_is_no_pin() {
    pin("");
    for (String manifest : List.of(SERVICE, BUDGET)) {
      cluster.dev().replaced(manifest);
    }
    pin(HASH);
    assertPinned(HASH);
  }

  @Test
  void a_users_other_edits_get_through() {
    cluster.dev().forced("helm", SERVICE.replace("targetPort: 8080", "targetPort: 9090"));
    cluster.dev().edit("s/minAvailable:.1/minAvailable:\\ 2/", "pdb/web");
    cluster
        .dev()
        .run("patch", "service/web", "-p", "{\"spec\":{\"sessionAffinity\":\"ClientIP\"}}");
    assertThat(cluster.get("service/web").at("/spec/ports/0/targetPort").asInt()).isEqualTo(9090);
    assertThat(cluster.get("service/web").at("/spec/sessionAffinity").asText())
        .isEqualTo("ClientIP");
    assertThat(cluster.get("pdb/web").at("/spec/minAvailable").asInt()).isEqualTo(2);
    assertPinned(HASH);
  }

  @Test
  void a_pin_moves_and_goes_by_one_annotation_and_leaves_the_selector_to_the_letter() {
    pin("77f6");
    assertPinned("77f6");
    pin("");
    assertThat(cluster.get("service/web").at("/spec/selector")).hasToString("{\"app\":\"web\"}");
    assertThat(cluster.get("pdb/web").at("/spec/selector/matchLabels"))
        .hasToString("{\"app\":\"web\"}");
    cluster.dev().run("label", "service/web", "sluice.dev/policy-");
    assertThat(cluster.get("service/web").at("/metadata/labels/sluice.dev~1policy").isMissingNode())
        .isTrue();
  }

  @Test
  void nobody_else_pins() {
    pin("");
    cluster.dev().run("annotate", "service/web", "sluice.dev/pin=stale");
    assertThat(cluster.get("service/web").at("/spec/selector")).hasToString("{\"app\":\"web\"}");
    assertThat(
            cluster.get("service/web").at("/metadata/annotations/sluice.dev~1pin").isMissingNode())
        .isTrue();
  }

  @Test
  void who_may_escape_takes_a_pin_away_by_hand() {
    cluster.admin().run("annotate", "service/web", "pdb/web", "sluice.dev/pin-");
    assertThat(cluster.get("service/web").at("/spec/selector")).hasToString("{\"app\":\"web\"}");
    assertThat(cluster.get("pdb/web").at("/spec/selector/matchLabels"))
        .hasToString("{\"app\":\"web\"}");
  }

  @Test
  void a_pin_that_is_no_hash_locks_nobody_out() {
    pin("no hash!");
    cluster.dev().with(SERVICE.replace("targetPort: 8080", "targetPort: 9090"), "apply", "-f", "-");
    assertThat(cluster.get("service/web").at("/spec/ports/0/targetPort").asInt()).isEqualTo(9090);
    pin("");
    assertThat(cluster.get("service/web").at("/spec/selector")).hasToString("{\"app\":\"web\"}");
  }

  @Test
  void a_dry_run_of_what_is_in_git_equals_what_is_live() {
    cluster.dev().forced("kustomize-controller", SERVICE);
    JsonNode live = cluster.get("service/web");
    JsonNode dry =
        Json.read(
            cluster
                .dev()
                .forced("kustomize-controller", SERVICE, "--dry-run=server", "-o", "json"));
    assertThat(dry.get("spec")).isEqualTo(live.get("spec"));
    assertThat(dry.at("/metadata/annotations")).isEqualTo(live.at("/metadata/annotations"));
  }

  private static void pin(String hash) {
    cluster.operatorAnnotates("v1", "Service", "web", "pin", hash);
    cluster.operatorAnnotates("policy/v1", "PodDisruptionBudget", "web", "pin", hash);
  }

  private static void assertPinned(String hash) {
    assertThat(cluster.get("service/web").at("/spec/selector"))
        .hasToString("{\"app\":\"web\",\"pod-template-hash\":\"" + hash + "\"}");
    assertThat(cluster.get("pdb/web").at("/spec/selector/matchLabels"))
        .hasToString("{\"app\":\"web\",\"pod-template-hash\":\"" + hash + "\"}");
  }
}
