package dev.sluice.kubernetes.route;

import dev.sluice.engine.model.Match;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Split;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeaderMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilterBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatchBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTPRoute's rules as its marks want them: what the admission policy {@code sluice-split} does
 * where there is one. Pure; a rule that is not between these two Services stays as it is.
 */
public final class RenderedHttpRoute {
  private static final int MOST_RULES = 16;
  private static final int MOST_MATCHES = 6;

  private RenderedHttpRoute() {}

  /**
   * @param before the route as it was seen: what its user wrote is remembered in its marks
   * @param marked the same with the annotations that it is to have
   * @param root name of the Service that its user's rules name
   * @param candidate name of the candidate's own Service, which only Sluice writes into a route
   */
  public static HTTPRoute of(HTTPRoute before, HTTPRoute marked, String root, String candidate) {
    if (marked.getSpec() == null || marked.getSpec().getRules() == null) {
      return marked;
    }
    Optional<Split> split = SplitMark.read(marks(marked));
    int original = SplitMark.original(marks(before)).orElse(1);
    List<Integer> chosen = SplitMark.rules(marks(marked));
    if (split.filter(s -> s.release().isEmpty()).isPresent()) {
      // No mark of ours: as it is, until it is written anew.
      return marked;
    }
    List<HTTPRouteRule> kept =
        marked.getSpec().getRules().stream().filter(r -> !isCopy(r, candidate)).toList();
    List<HTTPRouteRule> rules = new ArrayList<>();
    List<HTTPRouteRule> divided = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      int position = i;
      HTTPRouteRule rule = kept.get(i);
      boolean mine = isMine(rule, root, candidate);
      Optional<Split> here =
          split.filter(_ -> mine && (chosen.isEmpty() || chosen.contains(position)));
      here.ifPresent(_ -> divided.add(rule));
      HTTPRouteRule sent =
          here.isPresent() || (mine && rule.getBackendRefs().size() > 1)
              ? rule.edit().withBackendRefs(backends(rule, here, original, root, candidate)).build()
              : rule;
      rules.add(mirrored(sent, here.map(Split::mirror).orElse(Share.NONE), candidate));
    }
    split.ifPresent(s -> rules.addAll(0, copies(kept.size(), divided, s.match(), candidate)));
    return marked.edit().editSpec().withRules(rules).endSpec().build();
  }

  /** Whether some rule names the candidate's Service, if only with a weight of 0. */
  public static boolean names(HTTPRoute route, String candidate) {
    return rules(route).stream()
        .flatMap(rule -> Optional.ofNullable(rule.getBackendRefs()).orElse(List.of()).stream())
        .anyMatch(backend -> backend.getName().equals(candidate));
  }

  /**
   * The same with nothing for the candidate, though it is named: a gateway that hears of a Service
   * and of its weight in one moment may send before it knows its pods, and answers 503
   * (docs/adr/0007).
   */
  public static HTTPRoute introduced(HTTPRoute rendered, String root, String candidate) {
    List<HTTPRouteRule> rules =
        rules(rendered).stream()
            .filter(rule -> !isCopy(rule, candidate))
            .map(rule -> mirrored(rule, Share.NONE, candidate))
            .map(rule -> isMine(rule, root, candidate) ? emptied(rule, candidate) : rule)
            .toList();
    return rendered.edit().editSpec().withRules(rules).endSpec().build();
  }

  private static HTTPRouteRule emptied(HTTPRouteRule rule, String candidate) {
    List<HTTPBackendRef> backends =
        rule.getBackendRefs().stream()
            .map(b -> b.getName().equals(candidate) ? b.edit().withWeight(0).build() : b)
            .toList();
    return rule.edit().withBackendRefs(backends).build();
  }

  private static List<HTTPRouteRule> rules(HTTPRoute route) {
    return route.getSpec() == null || route.getSpec().getRules() == null
        ? List.of()
        : route.getSpec().getRules();
  }

  private static List<HTTPBackendRef> backends(
      HTTPRouteRule rule, Optional<Split> split, int original, String root, String candidate) {
    Integer port = rule.getBackendRefs().getFirst().getPort();
    if (split.isEmpty()) {
      return List.of(backend(root, port, original));
    }
    int weight = split.get().candidate().perMille();
    return List.of(backend(root, port, SplitMark.TOTAL - weight), backend(candidate, port, weight));
  }

  /** Our own filter comes after its user's, and goes when there is nothing to copy. */
  private static HTTPRouteRule mirrored(HTTPRouteRule rule, Share mirror, String candidate) {
    List<HTTPRouteFilter> all = Optional.ofNullable(rule.getFilters()).orElse(List.of());
    List<HTTPRouteFilter> filters =
        new ArrayList<>(all.stream().filter(f -> !isMirror(f, candidate)).toList());
    if (!mirror.isNone()) {
      Integer port = rule.getBackendRefs().getFirst().getPort();
      filters.add(
          new HTTPRouteFilterBuilder()
              .withType("RequestMirror")
              .withNewRequestMirror()
              .withNewBackendRef("", "Service", candidate, null, port)
              .endRequestMirror()
              .build());
    }
    return filters.equals(all) ? rule : rule.edit().withFilters(filters).build();
  }

  private static boolean isMirror(HTTPRouteFilter filter, String candidate) {
    return filter.getRequestMirror() != null
        && filter.getRequestMirror().getBackendRef().getName().equals(candidate);
  }

  private static Map<String, String> marks(HTTPRoute route) {
    return Optional.ofNullable(route.getMetadata().getAnnotations()).orElse(Map.of());
  }

  private static HTTPBackendRef backend(String name, Integer port, int weight) {
    return new HTTPBackendRef(null, "", "Service", name, null, port, weight);
  }

  /** Those who are whitelisted come first, to the candidate alone. */
  private static List<HTTPRouteRule> copies(
      int all, List<HTTPRouteRule> divided, List<Match> matches, String candidate) {
    List<HTTPRouteRule> copies = new ArrayList<>();
    if (all + divided.size() * matches.size() > MOST_RULES) {
      return copies;
    }
    for (HTTPRouteRule rule : divided) {
      List<HTTPRouteMatch> asked = Optional.ofNullable(rule.getMatches()).orElse(List.of());
      if (asked.size() <= MOST_MATCHES) {
        for (Match match : matches) {
          copies.add(copy(rule, asked, header(match), candidate));
        }
      }
    }
    return copies;
  }

  private static HTTPRouteRule copy(
      HTTPRouteRule rule, List<HTTPRouteMatch> asked, HTTPHeaderMatch header, String candidate) {
    List<HTTPRouteMatch> matches =
        asked.isEmpty()
            ? List.of(new HTTPRouteMatchBuilder().withHeaders(header).build())
            : asked.stream().map(m -> m.edit().addToHeaders(header).build()).toList();
    Integer port = rule.getBackendRefs().getFirst().getPort();
    return mirrored(rule, Share.NONE, candidate)
        .edit()
        .withName(null)
        .withMatches(matches)
        .withBackendRefs(backend(candidate, port, 1))
        .build();
  }

  private static HTTPHeaderMatch header(Match match) {
    return switch (match) {
      case Match.Header h -> new HTTPHeaderMatch(h.name(), "Exact", h.exact());
      case Match.Cookie c ->
          new HTTPHeaderMatch(
              "Cookie", "RegularExpression", "(^|.*; *)" + c.name() + "=" + c.exact() + "(;.*|$)");
    };
  }

  private static boolean isCopy(HTTPRouteRule rule, String candidate) {
    List<HTTPBackendRef> backends = rule.getBackendRefs();
    return backends != null
        && backends.size() == 1
        && backends.getFirst().getName().equals(candidate);
  }

  private static boolean isMine(HTTPRouteRule rule, String root, String candidate) {
    List<HTTPBackendRef> backends = rule.getBackendRefs();
    return backends != null
        && !backends.isEmpty()
        && backends.getFirst().getName().equals(root)
        && backends.stream()
            .allMatch(
                b ->
                    (b.getName().equals(root) || b.getName().equals(candidate))
                        && b.getNamespace() == null
                        && (b.getFilters() == null || b.getFilters().isEmpty()));
  }
}
