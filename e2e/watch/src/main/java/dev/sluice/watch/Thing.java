package dev.sluice.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** One object as far as the rules look at it. */
sealed interface Thing
    permits Thing.Nothing,
        Thing.Pod,
        Thing.PodSet,
        Thing.Entry,
        Thing.Deployment,
        Thing.Command,
        Thing.Release,
        Division,
        Policy {
  /** There is no such object, or none that anybody asks about. */
  record Nothing() implements Thing {}

  Thing NOTHING = new Nothing();

  static Thing of(String kind, JsonNode object) {
    return switch (kind) {
      case "Pod" -> Pod.of(object);
      case "ReplicaSet" -> PodSet.of(object);
      case "Service" -> Entry.of(object, object.path("spec").path("selector"));
      case "PodDisruptionBudget" ->
          Entry.of(object, object.path("spec").path("selector").path("matchLabels"));
      case "Deployment" -> Deployment.of(object);
      case "HTTPRoute", "GRPCRoute", "Ingress" -> Division.of(kind, object);
      case "ReleasePolicy" -> Policy.of(object);
      case "Release" -> Release.of(object);
      case "ReleaseCommand" -> Command.of(object);
      default -> NOTHING;
    };
  }

  /**
   * @param ready answers, and is not about to end
   * @param alive neither about to end nor run to its end
   */
  record Pod(
      String name,
      String uid,
      String hash,
      Map<String, String> labels,
      boolean ready,
      boolean alive)
      implements Thing {
    static Pod of(JsonNode object) {
      JsonNode metadata = Read.metadata(object);
      JsonNode status = object.path("status");
      String phase = status.path("phase").asText();
      boolean alive =
          !metadata.has("deletionTimestamp")
              && !phase.equals("Succeeded")
              && !phase.equals("Failed");
      boolean ready = false;
      for (JsonNode condition : status.path("conditions")) {
        ready |=
            condition.path("type").asText().equals("Ready")
                && condition.path("status").asText().equals("True");
      }
      Map<String, String> labels = Read.pairs(metadata.path("labels"));
      return new Pod(
          metadata.path("name").asText(),
          metadata.path("uid").asText(),
          labels.getOrDefault(Marks.HASH, ""),
          labels,
          alive && ready,
          alive);
    }
  }

  /**
   * A ReplicaSet.
   *
   * @param size pods that it is to have
   * @param owner uid of the Deployment that it belongs to
   */
  record PodSet(String name, String hash, int size, Map<String, String> labels, String owner)
      implements Thing {
    static PodSet of(JsonNode object) {
      JsonNode metadata = Read.metadata(object);
      JsonNode spec = object.path("spec");
      Map<String, String> labels = Read.pairs(metadata.path("labels"));
      String selected = spec.path("selector").path("matchLabels").path(Marks.HASH).asText();
      String owner = "";
      for (JsonNode one : metadata.path("ownerReferences")) {
        owner = one.path("kind").asText().equals("Deployment") ? one.path("uid").asText() : owner;
      }
      return new PodSet(
          metadata.path("name").asText(),
          labels.getOrDefault(Marks.HASH, selected),
          spec.path("replicas").asInt(1),
          labels,
          owner);
    }
  }

  /**
   * A Service or a PodDisruptionBudget.
   *
   * @param pin the hash that the mark says
   */
  record Entry(String name, Map<String, String> selector, Optional<String> pin) implements Thing {
    static Entry of(JsonNode object, JsonNode selector) {
      return new Entry(
          Read.text(object, "metadata", "name"),
          Read.pairs(selector),
          Read.mark(object, Marks.PIN));
    }

    /** The hash that it selects; empty: none in particular. */
    Optional<String> hash() {
      return Optional.ofNullable(selector.get(Marks.HASH));
    }
  }

  /**
   * @param adopted carries the label of a policy
   * @param template stands for its pod template: the same for the same
   * @param selector its matchLabels; empty where there is more to it, so that nobody can be sure
   */
  record Deployment(
      String uid,
      int replicas,
      boolean adopted,
      boolean held,
      boolean paused,
      boolean leaving,
      int template,
      Map<String, String> selector)
      implements Thing {
    static Deployment of(JsonNode object) {
      JsonNode metadata = Read.metadata(object);
      JsonNode spec = object.path("spec");
      JsonNode selector = spec.path("selector");
      return new Deployment(
          metadata.path("uid").asText(),
          spec.path("replicas").asInt(1),
          Read.label(object, Marks.POLICY).isPresent(),
          Read.adopted(object) && Read.label(object, Marks.HELD).isPresent(),
          spec.path("paused").asBoolean(),
          metadata.has("deletionTimestamp"),
          spec.path("template").hashCode(),
          selector.path("matchExpressions").isEmpty()
              ? Read.pairs(selector.path("matchLabels"))
              : Map.of());
    }

    /** Whether a set belongs to it, not only by its owner but by its labels. */
    boolean has(PodSet set) {
      return set.owner().equals(uid)
          && !selector.isEmpty()
          && Read.contains(set.labels(), selector);
    }
  }

  /** One human act. */
  record Command(String release, String action) implements Thing {
    static Command of(JsonNode object) {
      return new Command(Read.text(object, "spec", "release"), Read.text(object, "spec", "action"));
    }
  }

  /**
   * A Release.
   *
   * @param decisions from its status, as they are
   */
  record Release(String name, String stable, String candidate, JsonNode decisions)
      implements Thing {
    static Release of(JsonNode object) {
      return new Release(
          Read.text(object, "metadata", "name"),
          Read.text(object, "spec", "stableHash"),
          Read.text(object, "spec", "candidateHash"),
          object.path("status").path("decisions"));
    }
  }
}
