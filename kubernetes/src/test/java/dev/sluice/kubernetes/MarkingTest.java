package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.PolicySpec;
import dev.sluice.kubernetes.route.RenderedHttpRoute;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What marks make of an object where no admission policy does it. */
class MarkingTest {
  private static final Workload ORDERS =
      new Workload(
          "shop",
          "orders",
          "orders",
          List.of("orders"),
          Optional.of(
              new PolicySpec.Route(
                  Optional.of(
                      new PolicySpec.Gateway(
                          List.of(new PolicySpec.RouteRef("orders", Optional.empty(), List.of())),
                          List.of())),
                  Optional.empty())),
          Optional.empty(),
          Marks.POLICY);
  private static final Marking WRITTEN = Marking.written(ORDERS);
  private static final String USERS_ROUTE =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: { name: orders, namespace: shop, labels: { sluice.dev/policy: orders } }
      spec:
        rules:
          - name: api
            matches: [{ path: { type: PathPrefix, value: / } }]
            backendRefs: [{ group: "", kind: Service, name: orders, port: 80, weight: 100 }]
            timeouts: { request: 10s }
          - backendRefs: [{ group: "", kind: Service, name: other, port: 80, weight: 1 }]
      """;

  @Test
  void a_deployment_is_paused_while_it_is_adopted_and_given_back_as_it_was() {
    Deployment users = deployment("", "");
    Deployment adopted = asserted(deployment("sluice.dev/policy: orders", ""));
    assertThat(adopted.getSpec().getPaused()).isTrue();
    assertThat(asserted(adopted)).as("done twice it is done once").isEqualTo(adopted);
    Deployment left = asserted(without(adopted, Marks.POLICY));
    assertThat(Serialization.asYaml(left)).isEqualTo(Serialization.asYaml(users));
  }

  @Test
  void one_that_its_user_had_paused_stays_paused_when_it_is_given_back() {
    Deployment adopted = asserted(deployment("sluice.dev/policy: orders", "paused: true"));
    Deployment left = asserted(without(adopted, Marks.POLICY));
    assertThat(left.getSpec().getPaused()).isTrue();
    assertThat(left.getMetadata().getLabels()).isNullOrEmpty();
  }

  @Test
  void a_foreign_write_that_unpauses_is_undone() {
    Deployment adopted = asserted(deployment("sluice.dev/policy: orders", ""));
    Deployment resumed = adopted.edit().editSpec().withPaused(null).endSpec().build();
    assertThat(asserted(resumed)).isEqualTo(adopted);
    assertThat(
            WRITTEN.held(
                resumed
                    .edit()
                    .editMetadata()
                    .addToLabels(Marks.HELD, "true")
                    .endMetadata()
                    .build()))
        .isFalse();
  }

  @Test
  void a_policy_that_goes_over_to_admission_keeps_no_pause_of_its_own() {
    Marking admission = Marking.byAdmission(ORDERS);
    Deployment kept = asserted(deployment("sluice.dev/policy: orders", ""));
    Deployment given = admission.asserted(kept, kept);
    assertThat(given.getSpec().getPaused()).isNull();
    Deployment held =
        kept.edit().editMetadata().addToLabels(Marks.HELD, "true").endMetadata().build();
    assertThat(admission.asserted(held, held).getSpec().getPaused()).isTrue();
  }

  @Test
  void who_changed_a_template_stands_there_no_longer_than_the_hold() {
    Deployment held =
        deployment("sluice.dev/policy: orders", "paused: true")
            .edit()
            .editMetadata()
            .addToLabels(Marks.HELD, "true")
            .addToAnnotations(Marks.AUTHORS, "dana")
            .endMetadata()
            .build();
    for (Marking marking : List.of(Marking.byAdmission(ORDERS), WRITTEN)) {
      Deployment still = marking.asserted(held, held);
      assertThat(Marks.annotation(still, Marks.AUTHORS)).contains("dana");
      Deployment released = marking.asserted(held, without(held, Marks.HELD));
      assertThat(Marks.annotation(released, Marks.AUTHORS)).isEmpty();
    }
  }

  @Test
  void an_object_that_the_api_server_has_not_made_as_its_marks_say_is_seen_and_left_to_it() {
    Marking admission = Marking.byAdmission(ORDERS);
    Service undone =
        of(
            """
            apiVersion: v1
            kind: Service
            metadata:
              name: orders
              namespace: shop
              labels: { sluice.dev/policy: orders }
              annotations: { sluice.dev/pin: abc }
            spec: { selector: { app: orders } }
            """,
            Service.class);
    assertThat(admission.seen(undone)).as("how it should look").isNotEqualTo(undone);
    assertThat(admission.asserted(undone, undone)).as("what is written").isEqualTo(undone);
    Service pinned = asserted(undone);
    assertThat(admission.seen(pinned)).isEqualTo(pinned);
  }

  @Test
  void a_pin_is_in_the_selector_as_long_as_it_stands_in_the_annotation() {
    String plain =
        """
        apiVersion: v1
        kind: Service
        metadata: { name: orders, namespace: shop, labels: { sluice.dev/policy: orders } }
        spec: { selector: { app: orders } }
        """;
    Service users = of(plain, Service.class);
    Service pinned = asserted(annotated(users, Map.of(Marks.PIN, "abc")));
    assertThat(pinned.getSpec().getSelector())
        .isEqualTo(Map.of("app", "orders", "pod-template-hash", "abc"));
    Service unpinned = pinned.edit().editMetadata().withAnnotations(null).endMetadata().build();
    assertThat(asserted(unpinned).getSpec().getSelector()).isEqualTo(Map.of("app", "orders"));
    Service slip = asserted(annotated(users, Map.of(Marks.PIN, "no hash")));
    assertThat(slip.getSpec().getSelector()).isEqualTo(Map.of("app", "orders"));
  }

  @Test
  void a_budget_is_pinned_with_the_services() {
    PodDisruptionBudget users =
        of(
            """
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: { name: orders, namespace: shop, labels: { sluice.dev/policy: orders } }
            spec: { maxUnavailable: 1, selector: { matchLabels: { app: orders } } }
            """,
            PodDisruptionBudget.class);
    PodDisruptionBudget pinned = asserted(annotated(users, Map.of(Marks.PIN, "abc")));
    assertThat(pinned.getSpec().getSelector().getMatchLabels())
        .containsEntry("pod-template-hash", "abc");
  }

  @Test
  void a_split_is_written_into_the_rules_of_the_two_services_and_into_no_other() {
    HTTPRoute users = of(USERS_ROUTE, HTTPRoute.class);
    HTTPRoute split = asserted(split(users, "orders orders-candidate 50 1000 100", ""));
    assertThat(backends(split, 0)).isEqualTo("orders:80=950 orders-candidate:80=50");
    assertThat(split.getSpec().getRules().get(0).getTimeouts().getRequest()).isEqualTo("10s");
    assertThat(backends(split, 1)).isEqualTo("other:80=1");
    assertThat(asserted(split)).as("done twice it is done once").isEqualTo(split);

    HTTPRoute reset = split.edit().withSpec(users.getSpec()).build();
    assertThat(asserted(reset)).as("a foreign write that resets it").isEqualTo(split);

    HTTPRoute bare = split.edit().editMetadata().withAnnotations(null).endMetadata().build();
    HTTPRoute back = WRITTEN.asserted(split, bare);
    assertThat(Serialization.asYaml(back)).as("to the letter").isEqualTo(usersYaml());
  }

  @Test
  void a_route_that_lost_the_candidate_names_it_before_it_gets_weight_again() {
    HTTPRoute users = of(USERS_ROUTE, HTTPRoute.class);
    HTTPRoute split =
        asserted(split(users, "orders orders-candidate 50 1000 100", "header x-canary always"));
    assertThat(RenderedHttpRoute.names(split, "orders-candidate")).isTrue();
    assertThat(RenderedHttpRoute.names(users, "orders-candidate")).isFalse();

    HTTPRoute introduced = RenderedHttpRoute.introduced(split, "orders", "orders-candidate");
    assertThat(introduced.getSpec().getRules()).as("nobody is whitelisted yet").hasSize(2);
    assertThat(backends(introduced, 0)).isEqualTo("orders:80=950 orders-candidate:80=0");
    assertThat(backends(introduced, 1)).isEqualTo("other:80=1");
    assertThat(asserted(introduced)).isEqualTo(split);
  }

  @Test
  void the_whitelisted_come_first_to_the_candidate_alone() {
    HTTPRoute users = of(USERS_ROUTE, HTTPRoute.class);
    HTTPRoute split =
        asserted(
            split(
                users,
                "orders orders-candidate 0 1000 100",
                "header x-canary always;cookie canary always"));
    assertThat(split.getSpec().getRules()).hasSize(4);
    assertThat(backends(split, 0)).isEqualTo("orders-candidate:80=1");
    assertThat(split.getSpec().getRules().get(0).getName()).as("names are unique").isNull();
    assertThat(split.getSpec().getRules().get(0).getTimeouts().getRequest()).isEqualTo("10s");
    assertThat(split.getSpec().getRules().get(1).getMatches().getFirst().getHeaders().getFirst())
        .satisfies(
            h -> {
              assertThat(h.getName()).isEqualTo("Cookie");
              assertThat("a=b; canary=always").matches(h.getValue());
              assertThat("a=b; canary=alwaysnot").doesNotMatch(h.getValue());
            });
    assertThat(backends(split, 2)).isEqualTo("orders:80=1000 orders-candidate:80=0");
    assertThat(asserted(split)).isEqualTo(split);
    HTTPRoute bare = split.edit().editMetadata().withAnnotations(null).endMetadata().build();
    assertThat(Serialization.asYaml(WRITTEN.asserted(split, bare))).isEqualTo(usersYaml());
  }

  @Test
  void more_rules_than_a_route_may_have_are_not_written() {
    HTTPRoute users = of(USERS_ROUTE, HTTPRoute.class);
    HTTPRoute many =
        users
            .edit()
            .editSpec()
            .withRules(java.util.Collections.nCopies(10, users.getSpec().getRules().getFirst()))
            .endSpec()
            .build();
    HTTPRoute split =
        asserted(split(many, "orders orders-candidate 10 1000 100", "header x-canary always"));
    assertThat(split.getSpec().getRules()).hasSize(10);
  }

  private static String usersYaml() {
    return Serialization.asYaml(of(USERS_ROUTE, HTTPRoute.class));
  }

  private static String backends(HTTPRoute route, int rule) {
    return String.join(
        " ",
        route.getSpec().getRules().get(rule).getBackendRefs().stream()
            .map(b -> b.getName() + ":" + b.getPort() + "=" + b.getWeight())
            .toList());
  }

  private static HTTPRoute split(HTTPRoute route, String split, String match) {
    Map<String, String> marks = new java.util.HashMap<>();
    marks.put(Marks.SPLIT, split);
    marks.put(Marks.RELEASE, "orders-1");
    if (!match.isEmpty()) {
      marks.put(Marks.MATCH, match);
    }
    return annotated(route, marks);
  }

  private static <T extends HasMetadata> T annotated(T object, Map<String, String> annotations) {
    T next = Serialization.clone(object);
    next.getMetadata().setAnnotations(annotations);
    return next;
  }

  private static Deployment without(Deployment deployment, String label) {
    return deployment.edit().editMetadata().removeFromLabels(label).endMetadata().build();
  }

  private static Deployment deployment(String label, String spec) {
    return of(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: orders, namespace: shop, labels: { %s } }
        spec: { replicas: 2, %s }
        """
            .formatted(label, spec),
        Deployment.class);
  }

  private static <T extends HasMetadata> T asserted(T object) {
    return WRITTEN.asserted(object, object);
  }

  private static <T> T of(String yaml, Class<T> type) {
    return Serialization.unmarshal(yaml, type);
  }
}
