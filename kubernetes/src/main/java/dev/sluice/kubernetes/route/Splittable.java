package dev.sluice.kubernetes.route;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** What a route must be like for a release, by nothing but the route itself. */
public final class Splittable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Splittable() {}

  /**
   * Whether a rule of it leads to that Service alone.
   *
   * @param candidate the Service that stands beside it while a release runs
   * @param chosen which rules may be split; empty: any
   */
  public static boolean is(HasMetadata route, String root, String candidate, List<Integer> chosen) {
    List<Rule> rules =
        Rule.of(JSON.valueToTree(route)).stream().filter(r -> !r.isCopy(candidate)).toList();
    String namespace = route.getMetadata().getNamespace();
    if (chosen.isEmpty()) {
      return rules.stream().anyMatch(r -> r.leadsTo(root, candidate, namespace));
    }
    return chosen.stream()
        .allMatch(i -> i < rules.size() && rules.get(i).leadsTo(root, candidate, namespace));
  }
}
