package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.engine.model.Match;
import dev.sluice.engine.port.Actuator.Outcome;
import dev.sluice.kubernetes.route.Router;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Canary Ingresses beside a user's, and the requests that Debian's nginx sends by what they say.
 */
@Order(1)
class IngressNginxTest extends RouterContract {
  private static final String VERSION = "networking.k8s.io/v1";
  private static final String PREFIX = "nginx.ingress.kubernetes.io/";
  private static final int REQUESTS = 20_000;

  @Override
  String kind() {
    return "ingresses";
  }

  @Override
  String carrier(String name) {
    return "ingress/" + name + "-candidate";
  }

  @Override
  String route(List<String> names) {
    return names.stream()
        .map(name -> "{ name: " + name + " }")
        .collect(Collectors.joining(", ", "{ ingressNginx: { ingresses: [", "] } }"));
  }

  @Override
  String manifest(String name, String service, String edit) {
    return """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: %1$s
          labels: { team: shop }
          annotations:
            kubernetes.io/ingress.class: nginx
            nginx.ingress.kubernetes.io/proxy-body-size: 8m
        spec:
          tls: [{ hosts: [%1$s.example], secretName: shop-tls }]
          rules:
            - host: %1$s.example
              http:
                paths:
                  - { path: /%3$s, pathType: Prefix, backend: { service: { name: %2$s, port: { name: http } } } }
                  - { path: /files, pathType: Prefix, backend: { service: { name: files, port: { number: 80 } } } }
            - host: files.example
              http:
                paths: [{ path: /, pathType: Prefix, backend: { service: { name: files, port: { number: 80 } } } }]
        """
        .formatted(name, service, edit);
  }

  @Override
  int perMille(String name) {
    Kubectl.Outcome outcome = cluster.admin().attempt("", "get", carrier(name), "-o", "json");
    if (outcome.refused()) {
      return 0;
    }
    JsonNode rules = Json.read(outcome.out()).at("/metadata/annotations");
    assertThat(rules.path(PREFIX + "canary").asText()).isEqualTo("true");
    assertThat(rules.path(PREFIX + "canary-weight-total").asText()).isEqualTo("1000");
    return rules.path(PREFIX + "canary-weight").asInt();
  }

  @Override
  void splitPast(String name, int perMille) {
    cluster.operatorMerges(
        VERSION,
        "Ingress",
        name + "-candidate",
        "{\"metadata\":{\"annotations\":{\"%scanary-weight\":\"%d\"}}}"
            .formatted(PREFIX, perMille));
  }

  @Test
  void the_canary_leads_where_the_users_leads_to_the_root_and_the_users_is_never_touched() {
    Router router = router("web");
    JsonNode before = raw("ingress/web");
    written(router, split(5, HEADER, COOKIE));
    JsonNode canary = raw(carrier("web"));
    assertThat(canary.get("spec"))
        .isEqualTo(
            Json.read(
                """
                { "tls": [{ "hosts": ["web.example"], "secretName": "shop-tls" }],
                  "rules": [{ "host": "web.example", "http": { "paths": [
                    { "path": "/first", "pathType": "Prefix",
                      "backend": { "service": { "name": "web-candidate", "port": { "name": "http" } } } }] } }] }
                """));
    assertThat(canary.at("/metadata/ownerReferences"))
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.get("kind").asText()).isEqualTo("Ingress");
              assertThat(owner.get("uid")).isEqualTo(before.at("/metadata/uid"));
              assertThat(owner.has("controller")).isFalse();
            });
    assertThat(annotations(canary))
        .containsAllEntriesOf(
            Map.of(
                "kubernetes.io/ingress.class",
                "nginx",
                PREFIX + "canary",
                "true",
                PREFIX + "canary-weight",
                "5",
                PREFIX + "canary-weight-total",
                "1000",
                PREFIX + "canary-by-header",
                "x-canary",
                PREFIX + "canary-by-header-value",
                "always",
                PREFIX + "canary-by-cookie",
                "canary",
                "sluice.dev/release",
                "web-1"))
        .doesNotContainKey(PREFIX + "proxy-body-size");
    written(router, split(1000));
    assertThat(router.clear(state(router).version())).isEqualTo(new Outcome.Applied());
    assertThat(raw("ingress/web")).as("resource version and managers too").isEqualTo(before);
  }

  @Test
  void what_somebody_else_makes_of_the_canary_is_seen_as_it_works_and_written_again() {
    Router router = router("web");
    written(router, split(5));
    cluster.dev().run("annotate", "--overwrite", carrier("web"), PREFIX + "canary-weight=900");
    until("it is seen", () -> state(router).candidateShare().perMille() == 900);
    cluster.dev().run("annotate", carrier("web"), PREFIX + "canary-by-cookie=everybody");
    until(
        "it is seen",
        () ->
            state(router)
                .split()
                .orElseThrow()
                .match()
                .equals(List.of(new Match.Cookie("everybody", "always"))));
    written(router, split(5));
    assertThat(state(router).split()).contains(split(5));
    assertThat(annotations(raw(carrier("web")))).doesNotContainKey(PREFIX + "canary-by-cookie");

    cluster.dev().run("delete", carrier("web"));
    until("it is gone", () -> state(router).split().isEmpty());
    written(router, split(5));
    assertThat(perMille("web")).isEqualTo(5);
  }

  @Test
  void what_would_not_work_is_said_before_a_release_starts() {
    Router router =
        router(
            "{ stages: [{ name: few, weight: 0, match: [{ cookie: canary, exact: beta }] }] }",
            List.of("web"));
    assertThat(router.refusals())
        .containsExactly(
            "ingress-nginx sends to the candidate whose cookie canary is \"always\", and knows no"
                + " other value for it: write exact: always, or whitelist by a header.");
    Router plain = router("web");
    assertThat(plain.write(split(5, new Match.Cookie("canary", "yes")), state(plain).version()))
        .isInstanceOf(Outcome.Refused.class);

    cluster.dev().run("annotate", "ingress/web", PREFIX + "affinity=cookie");
    until("it is said", () -> plain.refusals().size() == 1);
    assertThat(plain.refusals().getFirst()).contains("keeps users by a cookie");
    cluster.dev().run("annotate", "ingress/web", PREFIX + "affinity-");
    until("it is not said any more", () -> plain.refusals().isEmpty());

    cluster.dev().forced("helm", canaryOf("old-canary", "web.example"));
    until("it is said", () -> plain.refusals().size() == 1);
    assertThat(plain.refusals())
        .containsExactly(
            "The Ingress shop/old-canary is a canary for the same host, and ingress-nginx uses the"
                + " older of two alone. Wait until it is gone, or delete it.");
    cluster.dev().run("delete", "ingress/old-canary");
    until("it is not said any more", () -> plain.refusals().isEmpty());

    cluster.dev().forced("helm", canaryOf("web-candidate", "elsewhere.example"));
    until("it is said", () -> plain.refusals().size() == 1);
    assertThat(plain.refusals().getFirst())
        .startsWith("There is an Ingress web-candidate already, and it is not this policy's");
    assertThat(state(plain).split()).isEmpty();
    assertThat(plain.write(split(5), state(plain).version())).isInstanceOf(Outcome.Conflict.class);
    assertThat(plain.clear(state(plain).version())).isEqualTo(new Outcome.Applied());
    assertThat(raw("ingress/web-candidate").at("/spec/rules/0/host").asText())
        .as("it is not ours to touch")
        .isEqualTo("elsewhere.example");
  }

  @Test
  void nginx_sends_as_many_as_the_canary_says_and_who_is_whitelisted() {
    Router router = router("web");
    for (int perMille : List.of(5, 50, 500)) {
      written(router, split(perMille));
      try (Nginx nginx = Nginx.of(ingresses(), List.of("web", "web-candidate", "files"))) {
        long got = nginx.visits(REQUESTS, "web.example", "/first", Map.of()).candidate();
        double asked = REQUESTS * perMille / 1000.0;
        double spread = Math.sqrt(asked * (1 - perMille / 1000.0));
        System.out.printf(
            "ingress-nginx's rules in nginx: %.1f %% asked for, %d of %d%n",
            perMille / 10.0, got, REQUESTS);
        assertThat((double) got).isBetween(asked - 5 * spread, asked + 5 * spread);
        assertThat(nginx.visits(20, "web.example", "/files", Map.of()).by("files")).isEqualTo(20);
        assertThat(nginx.visits(1, "elsewhere.example", "/first", Map.of()).by("404")).isEqualTo(1);
      }
    }
    written(router, split(0, HEADER, COOKIE));
    try (Nginx nginx = Nginx.of(ingresses(), List.of("web", "web-candidate", "files"))) {
      assertThat(candidates(nginx, Map.of())).isZero();
      assertThat(candidates(nginx, Map.of("X-Canary", "always"))).isEqualTo(100);
      assertThat(candidates(nginx, Map.of("X-Canary", "Always"))).isZero();
      assertThat(candidates(nginx, Map.of("Cookie", "a=b; canary=always; c=d"))).isEqualTo(100);
      assertThat(candidates(nginx, Map.of("Cookie", "canary=never"))).isZero();
      assertThat(candidates(nginx, Map.of("X-Canary", "never", "Cookie", "canary=always")))
          .as("the header's own value is the only one that means anything")
          .isEqualTo(100);
    }
    written(router, split(1000));
    try (Nginx nginx = Nginx.of(ingresses(), List.of("web", "web-candidate", "files"))) {
      assertThat(candidates(nginx, Map.of("X-Canary", "never"))).isEqualTo(100);
    }
    written(router, split(0));
    try (Nginx nginx = Nginx.of(ingresses(), List.of("web", "web-candidate", "files"))) {
      assertThat(candidates(nginx, Map.of("X-Canary", "always"))).as("the way back").isZero();
    }
  }

  private static long candidates(Nginx nginx, Map<String, String> headers) {
    return nginx.visits(100, "web.example", "/first", headers).candidate();
  }

  private static List<Ingress> ingresses() {
    return cluster
        .kubelab()
        .admin()
        .network()
        .v1()
        .ingresses()
        .inNamespace("shop")
        .list()
        .getItems();
  }

  private static String canaryOf(String name, String host) {
    return """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: { name: %s, annotations: { nginx.ingress.kubernetes.io/canary: "true" } }
        spec:
          rules:
            - host: %s
              http:
                paths: [{ path: /, pathType: Prefix, backend: { service: { name: old, port: { number: 80 } } } }]
        """
        .formatted(name, host);
  }

  private static JsonNode raw(String object) {
    return Json.read(cluster.admin().run("get", object, "-o", "json", "--show-managed-fields"));
  }

  private static Map<String, String> annotations(JsonNode object) {
    return object
        .at("/metadata/annotations")
        .propertyStream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asText()));
  }
}
