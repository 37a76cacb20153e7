package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pinned Service selects one version, and a pinned budget counts it, whoever writes. */
@Tag("cluster")
@Tag("slow")
@Timeout(300)
class PinTest {
  @RegisterExtension static final Shop shop = Shop.withSluice();

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
      shop.dev().with(manifest, "apply", "-f", "-");
    }
    shop.dev().run("label", "service/web", "pdb/web", "sluice.dev/policy=web");
    pin(HASH);
  }

  @AfterEach
  void gone() {
    shop.admin().run("delete", "service/web", "pdb/web");
  }

  @Test
  void the_selector_has_the_hash_and_the_operator_owns_no_field_of_it() {
    assertPinned(HASH);
    assertThat(shop.ownersOf("service/web", "selector"))
        .containsExactly("kubectl-client-side-apply");
    assertThat(shop.ownersOf("pdb/web", "selector")).containsExactly("kubectl-client-side-apply");
  }

  @Test
  void the_pin_survives_every_foreign_write() {
    for (String manifest : List.of(SERVICE, BUDGET)) {
      shop.dev().with(manifest, "apply", "-f", "-");
      for (String manager : List.of("kustomize-controller", "argocd-controller", "helm")) {
        shop.dev().forced(manager, manifest);
      }
      shop.dev().with(manifest, "replace", "-f", "-");
      shop.admin().with(manifest, "replace", "-f", "-");
    }
    for (String object : List.of("service/web", "pdb/web")) {
      shop.dev().run("annotate", object, "sluice.dev/pin-");
      shop.dev().run("annotate", "--overwrite", object, "sluice.dev/pin=other");
      shop.dev().run("label", object, "sluice.dev/policy-");
    }
    assertPinned(HASH);
    for (String object : List.of("service/web", "pdb/web")) {
      assertThat(shop.get(object).at("/metadata/annotations/sluice.dev~1pin").asText())
          .isEqualTo(HASH);
      assertThat(shop.get(object).at("/metadata/labels/sluice.dev~1policy").asText())
          .isEqualTo("web");
    }
  }

  @Test
  void a_users_other_edits_get_through() {
    shop.dev().forced("helm", SERVICE.replace("targetPort: 8080", "targetPort: 9090"));
    shop.dev().edit("s/minAvailable:.1/minAvailable:\\ 2/", "pdb/web");
    shop.dev().run("patch", "service/web", "-p", "{\"spec\":{\"sessionAffinity\":\"ClientIP\"}}");
    assertThat(shop.get("service/web").at("/spec/ports/0/targetPort").asInt()).isEqualTo(9090);
    assertThat(shop.get("service/web").at("/spec/sessionAffinity").asText()).isEqualTo("ClientIP");
    assertThat(shop.get("pdb/web").at("/spec/minAvailable").asInt()).isEqualTo(2);
    assertPinned(HASH);
  }

  @Test
  void a_pin_moves_and_goes_by_one_annotation_and_leaves_the_selector_to_the_letter() {
    pin("77f6");
    assertPinned("77f6");
    pin("");
    assertThat(shop.get("service/web").at("/spec/selector")).hasToString("{\"app\":\"web\"}");
    assertThat(shop.get("pdb/web").at("/spec/selector/matchLabels"))
        .hasToString("{\"app\":\"web\"}");
    shop.dev().run("label", "service/web", "sluice.dev/policy-");
    assertThat(shop.get("service/web").at("/metadata/labels/sluice.dev~1policy").isMissingNode())
        .isTrue();
  }

  @Test
  void nobody_else_pins() {
    pin("");
    shop.dev().run("annotate", "service/web", "sluice.dev/pin=stale");
    assertThat(shop.get("service/web").at("/spec/selector")).hasToString("{\"app\":\"web\"}");
    assertThat(shop.get("service/web").at("/metadata/annotations/sluice.dev~1pin").isMissingNode())
        .isTrue();
  }

  @Test
  void who_may_escape_takes_a_pin_away_by_hand() {
    shop.admin().run("annotate", "service/web", "pdb/web", "sluice.dev/pin-");
    assertThat(shop.get("service/web").at("/spec/selector")).hasToString("{\"app\":\"web\"}");
    assertThat(shop.get("pdb/web").at("/spec/selector/matchLabels"))
        .hasToString("{\"app\":\"web\"}");
  }

  @Test
  void a_pin_that_is_no_hash_locks_nobody_out() {
    pin("no hash!");
    shop.dev().with(SERVICE.replace("targetPort: 8080", "targetPort: 9090"), "apply", "-f", "-");
    assertThat(shop.get("service/web").at("/spec/ports/0/targetPort").asInt()).isEqualTo(9090);
    pin("");
    assertThat(shop.get("service/web").at("/spec/selector")).hasToString("{\"app\":\"web\"}");
  }

  @Test
  void a_dry_run_of_what_is_in_git_equals_what_is_live() {
    shop.dev().forced("kustomize-controller", SERVICE);
    JsonNode live = shop.get("service/web");
    JsonNode dry =
        Json.read(
            shop.dev().forced("kustomize-controller", SERVICE, "--dry-run=server", "-o", "json"));
    assertThat(dry.get("spec")).isEqualTo(live.get("spec"));
    assertThat(dry.at("/metadata/annotations")).isEqualTo(live.at("/metadata/annotations"));
  }

  private static void pin(String hash) {
    shop.operatorAnnotates("v1", "Service", "web", "pin", hash);
    shop.operatorAnnotates("policy/v1", "PodDisruptionBudget", "web", "pin", hash);
  }

  private static void assertPinned(String hash) {
    assertThat(shop.get("service/web").at("/spec/selector"))
        .hasToString("{\"app\":\"web\",\"pod-template-hash\":\"" + hash + "\"}");
    assertThat(shop.get("pdb/web").at("/spec/selector/matchLabels"))
        .hasToString("{\"app\":\"web\",\"pod-template-hash\":\"" + hash + "\"}");
  }
}
