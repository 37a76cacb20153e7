package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A route splits as its annotation says, whoever writes, and its owner's other edits get through.
 */
@Tag("cluster")
@Tag("own")
@Order(1)
@Tag("slow")
@Timeout(300)
class SplitTest {
  @RegisterExtension static final InstalledCluster cluster = InstalledCluster.share("split");

  private static final String VERSION = "gateway.networking.k8s.io/v1";
  private static final String ALWAYS = "header x-canary always;cookie canary always";

  @AfterEach
  void gone() {
    cluster.admin().run("delete", "httproutes,grpcroutes", "--all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTPRoute", "GRPCRoute"})
  void one_annotation_sets_the_weights_and_its_end_leaves_what_the_user_wrote(String kind) {
    adopted(kind, route(kind, "web", ""));
    JsonNode before = rules(kind);
    split(kind, 5);
    assertThat(backends(kind, 0)).isEqualTo("web 95, web-candidate 5");
    assertThat(cluster.ownersOf(kind + "/web", "rules")).containsExactly("kustomize-controller");
    split(kind, 100);
    assertThat(backends(kind, 0)).isEqualTo("web 0, web-candidate 100");
    annotate(kind, "split", "");
    assertThat(rules(kind)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTPRoute", "GRPCRoute"})
  void a_replace_takes_the_label_away_from_nobody_while_nothing_is_split(String kind) {
    String manifest = route(kind, "web", "");
    adopted(kind, manifest);
    cluster.dev().replaced(manifest);
    split(kind, 5);
    assertThat(backends(kind, 0)).isEqualTo("web 95, web-candidate 5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTPRoute", "GRPCRoute"})
  void the_split_survives_every_foreign_write(String kind) {
    String manifest = route(kind, "web", "");
    adopted(kind, manifest);
    split(kind, 5);
    for (String manager : List.of("kustomize-controller", "argocd-controller", "helm")) {
      cluster.dev().forced(manager, manifest);
    }
    cluster.dev().with(manifest, "apply", "-f", "-");
    cluster.dev().replaced(manifest);
    cluster.admin().replaced(manifest);
    String object = kind + "/web";
    cluster.dev().run("annotate", object, "sluice.dev/split-");
    cluster
        .dev()
        .run("annotate", "--overwrite", object, "sluice.dev/split=web web-candidate 100 100 1");
    cluster.dev().run("annotate", "--overwrite", object, "sluice.dev/split=nonsense");
    cluster.dev().run("annotate", object, "sluice.dev/match=header x y");
    cluster.dev().run("label", object, "sluice.dev/policy-");
    assertThat(rules(kind)).hasSize(1);
    assertThat(backends(kind, 0)).isEqualTo("web 95, web-candidate 5");
    assertThat(cluster.get(object).at("/metadata/labels/sluice.dev~1policy").asText())
        .isEqualTo("web");
  }

  @Test
  void a_users_other_edits_get_through_and_the_copies_for_the_whitelisted_follow_them() {
    adopted("HTTPRoute", route("HTTPRoute", "web", "timeouts: { request: 3s }"));
    annotate("HTTPRoute", "match", ALWAYS);
    split("HTTPRoute", 5);
    cluster.dev().forced("helm", route("HTTPRoute", "web", "timeouts: { request: 4s }"));
    JsonNode rules = rules("HTTPRoute");
    assertThat(rules).hasSize(3);
    assertThat(backends("HTTPRoute", 0)).isEqualTo("web-candidate 1");
    assertThat(rules.at("/0/matches/0/path/value").asText()).isEqualTo("/");
    assertThat(rules.at("/0/matches/0/headers/0"))
        .hasToString("{\"name\":\"x-canary\",\"type\":\"Exact\",\"value\":\"always\"}");
    assertThat(rules.at("/0/timeouts/request").asText()).isEqualTo("4s");
    assertThat(backends("HTTPRoute", 1)).isEqualTo("web-candidate 1");
    assertThat(rules.at("/1/matches/0/headers/0/name").asText()).isEqualTo("Cookie");
    assertThat(backends("HTTPRoute", 2)).isEqualTo("web 95, web-candidate 5");
    annotate("HTTPRoute", "match", "");
    assertThat(rules("HTTPRoute")).hasSize(1);
  }

  @Test
  void a_rule_without_matches_is_copied_for_the_whitelisted_only() {
    adopted("GRPCRoute", route("GRPCRoute", "web", ""));
    annotate("GRPCRoute", "match", ALWAYS);
    split("GRPCRoute", 0);
    JsonNode rules = rules("GRPCRoute");
    assertThat(rules).hasSize(3);
    assertThat(rules.at("/0/matches/0/headers/0/value").asText()).isEqualTo("always");
    assertThat(rules.at("/1/matches/0/headers/0/name").asText()).isEqualTo("Cookie");
    assertThat(rules.at("/2/matches").isMissingNode()).isTrue();
    assertThat(backends("GRPCRoute", 2)).isEqualTo("web 100, web-candidate 0");
  }

  @Test
  void a_rule_of_too_many_matches_gets_no_copy_rather_than_one_that_matches_too_much() {
    String many =
        IntStream.range(0, 7)
            .mapToObj(i -> "{ path: { type: PathPrefix, value: /" + i + " } }")
            .collect(Collectors.joining(", ", "matches: [", "]"));
    adopted("HTTPRoute", route("HTTPRoute", "web", many));
    annotate("HTTPRoute", "match", ALWAYS);
    split("HTTPRoute", 5);
    assertThat(rules("HTTPRoute")).hasSize(1);
    assertThat(backends("HTTPRoute", 0)).isEqualTo("web 95, web-candidate 5");
  }

  @Test
  void where_the_copies_do_not_fit_the_user_is_not_locked_out() {
    String six =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    "  - { matches: [{ path: { type: PathPrefix, value: /%d } }], backendRefs: [{ name: web, port: 80 }] }\n"
                        .formatted(i))
            .collect(Collectors.joining());
    adopted("HTTPRoute", "%s  rules:\n%s".formatted(head("HTTPRoute"), six));
    annotate("HTTPRoute", "match", ALWAYS);
    split("HTTPRoute", 5);
    assertThat(rules("HTTPRoute")).hasSize(6);
    assertThat(backends("HTTPRoute", 5)).isEqualTo("web 95, web-candidate 5");
    annotate("HTTPRoute", "match", "header x-canary always");
    assertThat(rules("HTTPRoute")).hasSize(12);
  }

  @Test
  void another_backend_is_the_users_will_and_passes() {
    adopted("HTTPRoute", route("HTTPRoute", "web", ""));
    split("HTTPRoute", 5);
    cluster.dev().forced("kustomize-controller", route("HTTPRoute", "other", ""));
    assertThat(backends("HTTPRoute", 0)).isEqualTo("other 1");
    cluster
        .dev()
        .forced(
            "kustomize-controller",
            route("HTTPRoute", "web", "")
                .replace(
                    "port: 80 }",
                    "port: 80, filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { remove: [x] } }] }"));
    assertThat(backends("HTTPRoute", 0)).isEqualTo("web 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "web web-candidate 101 100 1",
        "web web-candidate 1 9999999 1",
        "web web-candidate 5 100"
      })
  void a_malformed_annotation_locks_nobody_out(String split) {
    adopted("HTTPRoute", route("HTTPRoute", "web", ""));
    annotate("HTTPRoute", "split", split);
    cluster.dev().forced("helm", route("HTTPRoute", "web", "timeouts: { request: 5s }"));
    assertThat(rules("HTTPRoute").at("/0/timeouts/request").asText()).isEqualTo("5s");
    assertThat(backends("HTTPRoute", 0)).isEqualTo("web 1");
  }

  @Test
  void who_may_escape_takes_a_split_away_by_hand() {
    adopted("HTTPRoute", route("HTTPRoute", "web", ""));
    annotate("HTTPRoute", "match", ALWAYS);
    split("HTTPRoute", 50);
    cluster.admin().run("annotate", "httproute/web", "sluice.dev/split-", "sluice.dev/match-");
    assertThat(rules("HTTPRoute")).hasSize(1);
    assertThat(backends("HTTPRoute", 0)).isEqualTo("web 1");
  }

  private static void adopted(String kind, String manifest) {
    cluster.dev().forced("kustomize-controller", manifest);
    cluster.dev().run("label", kind + "/web", "sluice.dev/policy=web");
  }

  private static String head(String kind) {
    return "apiVersion: %s\nkind: %s\nmetadata: { name: web }\nspec:\n  parentRefs: [{ name: edge }]\n"
        .formatted(VERSION, kind);
  }

  private static String route(String kind, String backend, String more) {
    return head(kind)
        + "  rules:\n  - backendRefs: [{ name: %s, port: 80 }]\n    %s\n".formatted(backend, more);
  }

  private static void split(String kind, int weight) {
    annotate(kind, "split", "web web-candidate %d 100 1".formatted(weight));
  }

  private static void annotate(String kind, String key, String value) {
    cluster.operatorAnnotates(VERSION, kind, "web", key, value);
  }

  private static JsonNode rules(String kind) {
    return cluster.get(kind + "/web").at("/spec/rules");
  }

  private static String backends(String kind, int rule) {
    return rules(kind)
        .get(rule)
        .get("backendRefs")
        .valueStream()
        .map(b -> b.get("name").asText() + " " + b.get("weight").asText())
        .collect(Collectors.joining(", "));
  }
}
