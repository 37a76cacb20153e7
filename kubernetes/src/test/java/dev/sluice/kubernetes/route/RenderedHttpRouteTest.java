package dev.sluice.kubernetes.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the admission policy does, where there is none. */
class RenderedHttpRouteTest {
  private static final HTTPRoute USERS =
      Serialization.unmarshal(
          """
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: { name: web }
          spec:
            rules:
              - matches: [{ path: { type: PathPrefix, value: /a } }]
                filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { remove: [x-debug] } }]
                backendRefs: [{ name: web, port: 80, weight: 7 }]
              - backendRefs: [{ name: other, port: 80 }]
          """,
          HTTPRoute.class);

  @Test
  void a_split_divides_the_rules_that_lead_to_the_root_and_its_end_leaves_what_the_user_wrote() {
    HTTPRoute split = rendered(USERS, split(50, Share.NONE));
    assertThat(backends(split)).containsExactly("web 950, web-candidate 50", "other null");
    assertThat(rendered(split, split(500, Share.NONE)))
        .extracting(RenderedHttpRouteTest::backends)
        .isEqualTo(List.of("web 500, web-candidate 500", "other null"));
    assertThat(backends(ended(split))).containsExactly("web 7", "other null");
  }

  @Test
  void copies_are_made_by_a_filter_after_the_users_own_and_not_of_what_is_whitelisted() {
    Split copies = split(0, Share.ALL, new Match.Header("x-canary", "always"));
    HTTPRoute mirrored = rendered(USERS, copies);
    assertThat(filters(mirrored))
        .containsExactly("RequestHeaderModifier", "RequestHeaderModifier RequestMirror", "");
    assertThat(rendered(mirrored, copies).getSpec())
        .as("twice is once")
        .isEqualTo(mirrored.getSpec());
    assertThat(filters(rendered(mirrored, split(50, Share.NONE))))
        .containsExactly("RequestHeaderModifier", "");
    assertThat(ended(mirrored).getSpec().getRules().getFirst().getFilters())
        .isEqualTo(USERS.getSpec().getRules().getFirst().getFilters());
  }

  private static Split split(int perMille, Share mirror, Match... match) {
    return new Split("web-1", new Share(perMille), List.of(match), Optional.empty(), mirror);
  }

  private static HTTPRoute rendered(HTTPRoute before, Split split) {
    Map<String, String> marks = new HashMap<>();
    SplitMark.write(split, new SplitMark.Between("web", "web-candidate", 7, List.of()))
        .forEach(
            (key, value) -> {
              if (value != null) {
                marks.put(key, value);
              }
            });
    return of(before, marks);
  }

  private static HTTPRoute ended(HTTPRoute before) {
    return of(before, Map.of());
  }

  private static HTTPRoute of(HTTPRoute before, Map<String, String> marks) {
    return RenderedHttpRoute.of(
        before,
        before.edit().editMetadata().withAnnotations(marks).endMetadata().build(),
        "web",
        "web-candidate");
  }

  private static List<String> backends(HTTPRoute route) {
    return route.getSpec().getRules().stream()
        .map(HTTPRouteRule::getBackendRefs)
        .map(all -> String.join(", ", all.stream().map(RenderedHttpRouteTest::said).toList()))
        .toList();
  }

  private static String said(HTTPBackendRef backend) {
    return backend.getName() + " " + backend.getWeight();
  }

  private static List<String> filters(HTTPRoute route) {
    return route.getSpec().getRules().stream()
        .map(
            rule ->
                String.join(" ", rule.getFilters().stream().map(HTTPRouteFilter::getType).toList()))
        .toList();
  }
}
