package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.Recording.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the columns of a policy and its conditions say, beside what the objects say themselves. */
final class Truth {
  private final List<Version> versions;
  private final Map<String, Instant> since = new HashMap<>();
  private final Map<String, Duration> longest = new HashMap<>();
  private JsonNode policy = Json.read("{}");
  private JsonNode deployment = Json.read("{}");
  private JsonNode route = Json.read("{}");

  private Truth(List<Version> versions) {
    this.versions = versions;
  }

  /**
   * @param versions of a policy, its Deployment and its HTTPRoute
   */
  static Truth of(List<Version> versions) {
    return new Truth(versions);
  }

  /** A status follows what it tells of; it is never behind for longer than that. */
  void isToldWithin(Duration patience) {
    for (Version version : versions) {
      switch (version.kind()) {
        case "ReleasePolicy" -> policy = version.object();
        case "Deployment" -> deployment = version.object();
        default -> route = version.object();
      }
      boolean held = "true".equals(mark("labels", deployment, "held").orElse(""));
      Optional<String> split = mark("annotations", route, "split");
      boolean shifting = policy.at("/status/phase").asText().equals("Shifting");
      untrue(version, "Ready, and the Deployment is held", is("Ready") && held);
      untrue(version, "Ready, and the route is divided", is("Ready") && split.isPresent());
      untrue(
          version,
          "neither Ready, nor Reconciling, nor Stalled",
          policy.has("status") && !is("Ready") && !is("Reconciling") && !is("Stalled"));
      untrue(
          version,
          "the weight is not the route's",
          shifting && !weight(split).equals(policy.at("/status/weight").asText()));
    }
    List.copyOf(since.keySet()).forEach(what -> untrue(versions.getLast(), what, false));
    System.out.println("told late: " + longest);
    assertThat(longest.values())
        .as("%s", longest)
        .allSatisfy(late -> assertThat(late).isLessThan(patience));
  }

  private void untrue(Version version, String what, boolean so) {
    if (so) {
      since.putIfAbsent(what, version.at());
    } else if (since.containsKey(what)) {
      longest.merge(
          what,
          Duration.between(since.remove(what), version.at()),
          (a, b) -> a.compareTo(b) > 0 ? a : b);
    }
  }

  private boolean is(String type) {
    return policy
        .at("/status/conditions")
        .valueStream()
        .anyMatch(
            c -> c.path("type").asText().equals(type) && c.path("status").asText().equals("True"));
  }

  private static Optional<String> mark(String where, JsonNode object, String name) {
    return Optional.of(object.at("/metadata/" + where + "/sluice.dev~1" + name).asText())
        .filter(value -> !value.isEmpty());
  }

  /** Of a mark {@code ROOT CANDIDATE WEIGHT 1000 ORIGINAL}, as the column writes it. */
  private static String weight(Optional<String> split) {
    int perMille = split.map(s -> Integer.parseInt(s.split(" ", -1)[2])).orElse(0);
    return perMille % 10 == 0 ? perMille / 10 + "%" : perMille / 10 + "." + perMille % 10 + "%";
  }
}
