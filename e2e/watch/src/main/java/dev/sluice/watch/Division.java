package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object that divides traffic: a route of the Gateway API, or an Ingress.
 *
 * @param split what its mark says, as it is written
 * @param match the same for those who are whitelisted
 */
record Division(
    String kind,
    String name,
    List<Way> ways,
    Optional<String> split,
    Optional<String> match,
    Map<String, String> annotations)
    implements Thing {
  private static final String NGINX = "nginx.ingress.kubernetes.io/";

  /** One rule of it. */
  record Way(List<Backend> backends) {
    /** Of 1,000, what goes to that Service. */
    int share(String service) {
      long all = 0;
      long its = 0;
      for (Backend backend : backends) {
        all += backend.weight();
        its += backend.service().equals(service) ? backend.weight() : 0;
      }
      return all == 0 ? 0 : (int) (1000 * its / all);
    }

    /** It leads there and nowhere else. */
    boolean only(String service) {
      return backends.size() == 1 && backends.getFirst().service().equals(service);
    }
  }

  record Backend(String service, int weight) {}

  static Division of(String kind, JsonNode object) {
    List<Way> ways = new ArrayList<>();
    for (JsonNode rule : object.path("spec").path("rules")) {
      if (!kind.equals("Ingress")) {
        ways.add(way(rule));
      }
    }
    return new Division(
        kind,
        Read.text(object, "metadata", "name"),
        ways,
        Read.mark(object, Marks.SPLIT),
        Read.mark(object, Marks.MATCH),
        kind.equals("Ingress") ? Read.pairs(Read.metadata(object).path("annotations")) : Map.of());
  }

  private static Way way(JsonNode rule) {
    List<Backend> backends = new ArrayList<>();
    for (JsonNode backend : rule.path("backendRefs")) {
      backends.add(new Backend(backend.path("name").asText(), backend.path("weight").asInt(1)));
    }
    return new Way(backends);
  }

  /** Of 1,000 ordinary requests, the most that a rule sends to that Service. */
  int share(String service) {
    int most = 0;
    for (Way way : ways) {
      // A rule to the candidate alone is the copy for the whitelisted.
      most = way.only(service) ? most : Math.max(most, way.share(service));
    }
    return most;
  }

  /** Whether the whitelisted go to that Service whatever the weight. */
  boolean whitelists(String service) {
    return ways.stream().anyMatch(way -> way.only(service));
  }

  /** Of a canary Ingress: the share that its annotations ask for, of 1,000. */
  int nginxShare() {
    if (!"true".equals(annotations.get(NGINX + "canary"))) {
      return 0;
    }
    int weight = number(annotations.get(NGINX + "canary-weight"), 0);
    int total = Math.max(100, number(annotations.get(NGINX + "canary-weight-total"), 100));
    return Math.min(1000, 1000 * weight / total);
  }

  /** Of a canary Ingress: whether a header or a cookie leads to it. */
  boolean nginxWhitelists() {
    return "true".equals(annotations.get(NGINX + "canary"))
        && (annotations.containsKey(NGINX + "canary-by-header")
            || annotations.containsKey(NGINX + "canary-by-cookie"));
  }

  private static int number(@Nullable String text, int otherwise) {
    return text != null && text.matches("\\d{1,6}") ? Integer.parseInt(text) : otherwise;
  }
}
