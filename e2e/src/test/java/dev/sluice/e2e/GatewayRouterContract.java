package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.kubernetes.route.Router;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for each kind of route of the Gateway API. */
abstract class GatewayRouterContract extends RouterContract {
  private static final String VERSION = "gateway.networking.k8s.io/v1";

  /** Like HTTPRoute. */
  abstract String type();

  /** The field of the policy that names such routes. */
  abstract String field();

  /** A rule's own match, which says {@code edit} somewhere. */
  abstract String match(String edit);

  @Override
  final String kind() {
    return type().toLowerCase(Locale.ROOT) + "s";
  }

  @Override
  final String carrier(String name) {
    return kind() + "/" + name;
  }

  @Override
  final String route(List<String> names) {
    return names.stream()
        .map(name -> "{ name: " + name + " }")
        .collect(Collectors.joining(", ", "{ gateway: { " + field() + ": [", "] } }"));
  }

  @Override
  final String manifest(String name, String service, String edit) {
    return head(name)
        + """
            - matches: [%s]
              backendRefs: [{ name: %s, port: 80, namespace: shop }]
            - backendRefs: [{ name: other-service, port: 80 }, { name: web, port: 80 }]
          """
            .formatted(match(edit), service);
  }

  private String head(String name) {
    return """
        apiVersion: %s
        kind: %s
        metadata: { name: %s, labels: { team: shop }, annotations: { shop.example/owner: dana } }
        spec:
          parentRefs: [{ name: edge }]
          rules:
        """
        .formatted(VERSION, type(), name);
  }

  /** Of the last rule that may be split; copies for the whitelisted stand before it. */
  @Override
  final int perMille(String name) {
    JsonNode rules = rules(name);
    return rules
        .get(rules.size() - 2)
        .get("backendRefs")
        .valueStream()
        .filter(b -> b.get("name").asText().equals("web-candidate"))
        .mapToInt(b -> b.get("weight").asInt())
        .sum();
  }

  @Override
  final void splitPast(String name, int perMille) {
    cluster.operatorAnnotates(
        VERSION, type(), name, "split", "web web-candidate %d 1000 1".formatted(perMille));
  }

  @Test
  void the_whitelisted_have_a_rule_of_their_own_by_header_and_by_cookie() {
    written(router("web"), split(50, HEADER, COOKIE));
    JsonNode rules = rules("web");
    assertThat(rules).hasSize(4);
    assertThat(rules.at("/0/matches/0/headers/0").toString())
        .contains("\"x-canary\"", "\"Exact\"", "\"always\"");
    assertThat(rules.at("/1/matches/0/headers/0").toString())
        .contains("\"Cookie\"", "\"RegularExpression\"", "canary=always");
    for (int i = 0; i < 2; i++) {
      assertThat(rules.get(i).get("backendRefs")).hasSize(1);
      assertThat(rules.at("/" + i + "/backendRefs/0/name").asText()).isEqualTo("web-candidate");
    }
  }

  @Test
  void only_chosen_rules_are_split_and_one_that_is_chosen_no_more_is_as_it_was() {
    cluster.dev().forced("kustomize-controller", three("many"));
    JsonNode before = cluster.get(carrier("many")).at("/spec/rules");
    Router router = chosen("many", "[0, 2]");
    assertThat(router.refusals()).isEmpty();
    written(router, split(50, HEADER));
    JsonNode rules = rules("many");
    assertThat(rules).as("two copies").hasSize(5);
    assertThat(shares(rules))
        .containsExactly("1 for web-candidate", "1 for web-candidate", "50", "0", "50");
    cluster.dev().forced("kustomize-controller", three("many"));
    assertThat(rules("many")).as("an apply by force").isEqualTo(rules);

    written(chosen("many", "[1]"), split(50, HEADER));
    assertThat(shares(rules("many"))).containsExactly("1 for web-candidate", "0", "50", "0");
    until(
        "cleared",
        () -> {
          Router last = chosen("many", "[1]");
          return last.clear(state(last).version()).equals(new Outcome.Applied());
        });
    assertThat(rules("many")).isEqualTo(before);
  }

  @Test
  void copies_are_made_by_a_filter_after_the_users_own_and_not_of_what_is_whitelisted() {
    cluster.dev().forced("kustomize-controller", filtered("copied"));
    JsonNode before = rules("copied");
    Router router =
        router("{ stages: [{ name: copies, weight: 0, mirror: 100 }] }", List.of("copied"));
    assertThat(router.refusals()).isEmpty();
    assertThat(router.abilities().mirror()).isTrue();
    Split copies = new Split("web-1", Share.NONE, List.of(HEADER), Optional.empty(), Share.ALL);
    written(router, copies);
    written(router, copies);
    assertThat(state(router).split()).contains(copies);
    cluster.dev().forced("kustomize-controller", filtered("copied"));
    JsonNode rules = rules("copied");
    assertThat(rules).as("a copy of each for the whitelisted").hasSize(4);
    assertThat(filters(rules))
        .containsExactly(
            "RequestHeaderModifier", "", "RequestHeaderModifier RequestMirror", "RequestMirror");
    assertThat(rules.at("/3/filters/0/requestMirror/backendRef").toString())
        .contains("\"web-candidate\"", "80");

    written(router, split(5, HEADER));
    assertThat(filters(rules("copied")))
        .containsExactly("RequestHeaderModifier", "", "RequestHeaderModifier", "");
    written(router, copies);
    until("cleared", () -> router.clear(state(router).version()).equals(new Outcome.Applied()));
    assertThat(rules("copied")).isEqualTo(before);
  }

  @Test
  void copies_that_a_gateway_would_not_make_as_asked_are_said() {
    assertThat(
            router(
                    "{ stages: [{ name: some, weight: 0, mirror: 10 }, { name: more, weight: 5, mirror: 100 }] }",
                    List.of("web"))
                .refusals())
        .satisfiesExactly(
            some -> assertThat(some).startsWith("Stage some asks").contains("Write mirror: 100"),
            more -> assertThat(more).startsWith("Stage more asks").contains("of weight 0"));
  }

  private String filtered(String name) {
    return head(name)
        + """
            - matches: [%s]
              filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { remove: [x-debug] } }]
              backendRefs: [{ name: web, port: 80 }]
            - backendRefs: [{ name: web, port: 80 }]
          """
            .formatted(match("a"));
  }

  private static List<String> filters(JsonNode rules) {
    return rules
        .valueStream()
        .map(
            rule ->
                rule.path("filters")
                    .valueStream()
                    .map(f -> f.get("type").asText())
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  @Test
  void a_choice_that_cannot_be_split_is_said() {
    assertThat(chosen("web", "[1, 4]").refusals())
        .containsExactly(
            "Rule 1 of the %s web does not have the Service web as its only backend, so it cannot be split."
                .formatted(type()),
            "The %s web has 2 rules, counted from 0; the policy chooses rule 4.".formatted(type()));
    assertThat(router("{ preset: Standard }", List.of("web, namespace: elsewhere")).refusals())
        .singleElement()
        .asString()
        .contains("only routes in the policy's own namespace are split");
  }

  @Test
  void a_whitelist_that_would_not_be_served_is_said() {
    String rules =
        IntStream.range(0, 6)
            .mapToObj(i -> "    - backendRefs: [{ name: web, port: 80 }]\n")
            .collect(Collectors.joining());
    cluster.dev().forced("kustomize-controller", head("long") + rules);
    assertThat(
            router(
                    "{ stages: [{ name: few, weight: 0, match: [{ header: a, exact: b }, { cookie: c,"
                        + " exact: a.b }] }] }",
                    List.of("long"))
                .refusals())
        .satisfiesExactly(
            cookie -> assertThat(cookie).startsWith("The whitelist's cookie c has more than"),
            long18 ->
                assertThat(long18)
                    .startsWith(
                        "With the whitelist the %s long would have 18 rules".formatted(type())));
  }

  private Router chosen(String name, String rules) {
    return router("{ preset: Standard }", List.of(name + ", rules: " + rules));
  }

  private String three(String name) {
    return head(name)
        + """
            - matches: [%s]
              backendRefs: [{ name: web, port: 80 }]
            - matches: [%s]
              backendRefs: [{ name: web, port: 80 }]
            - backendRefs: [{ name: web, port: 80 }]
          """
            .formatted(match("a"), match("b"));
  }

  private JsonNode rules(String name) {
    return cluster.get(carrier(name)).at("/spec/rules");
  }

  private static List<String> shares(JsonNode rules) {
    return rules
        .valueStream()
        .map(
            rule ->
                rule.get("backendRefs").size() == 1
                    ? rule.at("/backendRefs/0/name").asText().equals("web")
                        ? "0"
                        : "1 for " + rule.at("/backendRefs/0/name").asText()
                    : rule.at("/backendRefs/1/weight").asText())
        .toList();
  }
}
