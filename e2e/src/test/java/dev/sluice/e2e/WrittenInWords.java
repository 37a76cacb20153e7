package dev.sluice.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.watch.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a release wrote, from the versions of the objects alone, in the words of a plan. Knows
 * nothing of how Sluice decides; it names what it sees changed.
 */
final class WrittenInWords {
  private static final String PIN = "sluice.dev~1pin";
  private static final String SPLIT = "sluice.dev~1split";
  private static final String TRACK = "sluice.dev~1track";

  private final Map<String, JsonNode> last = new HashMap<>();
  private final List<String> lines = new ArrayList<>();
  private String part = "";
  private String stable = "";

  /** "part: what was written", of each write. */
  List<String> of(List<Version> versions) {
    for (Version version : versions) {
      String key = version.kind() + " " + version.name();
      JsonNode before = last.getOrDefault(key, MissingNode.getInstance());
      JsonNode now = version.deleted() ? MissingNode.getInstance() : version.object();
      switch (version.kind()) {
        case "ReleasePolicy" -> part = part(now);
        case "Service" -> beside(version, ": made, for the new version", before, now);
        case "PodDisruptionBudget" -> beside(version, ": made", before, now);
        case "HTTPRoute" -> route(version.name(), before, now);
        case "ReplicaSet" -> set(before, now);
        case "Deployment" -> deployment(version.name(), before, now);
        case "Pod" -> pod(before, now);
        default -> {
          // Sluice's own objects, and the guards.
        }
      }
      last.put(key, now);
    }
    return lines;
  }

  private static String part(JsonNode policy) {
    String phase = policy.at("/status/phase").asText();
    return switch (phase) {
      case "Checking", "Preparing" -> "prepare";
      case "Shifting" -> policy.at("/status/stage").asText();
      case "Baking" -> "bake";
      case "HandingOver" -> "hand over";
      default -> "after";
    };
  }

  private void wrote(String what) {
    lines.add(part + ": " + what);
  }

  /** A user's own is pinned; the candidate's comes and goes. */
  private void beside(Version version, String made, JsonNode before, JsonNode now) {
    String what = version.kind() + " " + version.name();
    if (!version.name().endsWith("-candidate")) {
      pin(what, before, now);
    } else if (before.isMissingNode()) {
      wrote(what + made);
    } else if (now.isMissingNode()) {
      wrote(what + ": deleted");
    }
  }

  private void pin(String what, JsonNode before, JsonNode now) {
    String was = annotation(before, PIN);
    String is = annotation(now, PIN);
    if (!was.equals(is)) {
      if (stable.isEmpty()) {
        stable = is;
      }
      wrote(what + (is.isEmpty() ? ": as you wrote it" : ": " + version(is) + " alone"));
    }
  }

  private String version(String hash) {
    return hash.equals(stable) ? "the old version" : "the new version";
  }

  /** ROOT CANDIDATE WEIGHT TOTAL ORIGINAL. */
  private void route(String name, JsonNode before, JsonNode now) {
    String was = annotation(before, SPLIT);
    String is = annotation(now, SPLIT);
    if (was.equals(is)) {
      return;
    }
    List<String> words = List.of(is.split(" ", -1));
    wrote(
        "HTTPRoute "
            + name
            + (is.isEmpty()
                ? ": as you wrote it"
                : ": %d%% to %s"
                    .formatted(
                        100 * Integer.parseInt(words.get(2)) / Integer.parseInt(words.get(3)),
                        words.get(1))));
  }

  private void set(JsonNode before, JsonNode now) {
    if (now.isMissingNode()) {
      return;
    }
    String what = "ReplicaSet of " + version(now.at("/metadata/labels/pod-template-hash").asText());
    int size = now.at("/spec/replicas").asInt();
    String track = now.at("/metadata/labels/" + TRACK).asText();
    if (before.isMissingNode()) {
      if (track.equals("candidate")) {
        wrote(what + ": made, " + pods(size));
      }
      return;
    }
    boolean outside = !before.at("/metadata/labels/" + TRACK).isMissingNode();
    if (size != before.at("/spec/replicas").asInt() && outside) {
      wrote(what + ": " + pods(size));
    }
    if (outside && track.isEmpty()) {
      boolean old = what.endsWith("old version");
      wrote(what + (old ? ": in the Deployment's history" : ": the Deployment's own"));
    } else if (!outside && !track.isEmpty()) {
      wrote(what + ": taken out of the Deployment");
    }
  }

  private static String pods(int size) {
    return size == 1 ? "1 pod" : size + " pods";
  }

  private void deployment(String name, JsonNode before, JsonNode now) {
    boolean was = before.at("/metadata/labels").has("sluice.dev/held");
    boolean is = now.at("/metadata/labels").has("sluice.dev/held");
    if (was && !is) {
      wrote("Deployment " + name + ": no longer held, nothing is left to roll");
    }
  }

  private void pod(JsonNode before, JsonNode now) {
    if (before.isMissingNode() && now.at("/metadata/annotations").has("sluice.dev/rehearsal")) {
      wrote("Pod of the old version: started once, to rehearse the way back");
    }
  }

  private static String annotation(JsonNode object, String key) {
    return object.at("/metadata/annotations/" + key).asText();
  }
}
